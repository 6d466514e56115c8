/** Where pods like to run and where they must, as in the API of Kubernetes (core/v1, Affinity), with its names. */
import { z } from 'zod';

const values = z.array(z.string()).optional();
const key = z.string().min(1);

const nodeTermSchema = z.strictObject({
  matchExpressions: z
    .array(z.strictObject({ key, operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']), values }))
    .optional(),
  matchFields: z.array(z.strictObject({ key, operator: z.enum(['In', 'NotIn']), values })).optional(),
});

const labelSelectorSchema = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.strictObject({ key, operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values }))
    .optional(),
});

const podTermSchema = z.strictObject({
  topologyKey: key,
  labelSelector: labelSelectorSchema.optional(),
  namespaces: z.array(z.string()).optional(),
  namespaceSelector: labelSelectorSchema.optional(),
  matchLabelKeys: z.array(z.string()).optional(),
  mismatchLabelKeys: z.array(z.string()).optional(),
});

const weight = z.int().min(1).max(100);

const podAffinitySchema = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTermSchema).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTermSchema }))
    .optional(),
});

export const affinitySchema = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodeTermSchema).min(1) })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight, preference: nodeTermSchema }))
        .optional(),
    })
    .optional(),
  podAffinity: podAffinitySchema.optional(),
  podAntiAffinity: podAffinitySchema.optional(),
});
