/**
 * What a platform team adds to the pods of Proofmill. The list is closed: what is not in it, such as probes, security contexts and
 * the variables of NATS, is not for a job or an installation to replace.
 */
import { z } from 'zod';
import { affinitySchema } from './affinity.ts';
import { volumesSchema } from './pod-volumes.ts';

export const tolerationSchema = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().nonnegative().optional(),
});

/** Labels by which network policies, Services and the driver itself find pods, and those of controllers. */
const ownLabels = /^(app\.kubernetes\.io|([a-z0-9-]+\.)*proofmill\.dev|batch\.kubernetes\.io|kueue\.x-k8s\.io)\//;
const ownAnnotations = /^([a-z0-9-]+\.)*proofmill\.dev\//;

const named = (own: RegExp, what: string) =>
  z
    .record(z.string().min(1), z.string())
    .superRefine((given, context) => {
      for (const name of Object.keys(given)) {
        if (!own.test(name)) continue;
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `is one of the ${what} that pods are found by; choose another name`,
        });
      }
    })
    .optional();

const spreadSchema = z.strictObject({
  topologyKey: z.string().min(1),
  maxSkew: z.int().positive().default(1),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).default('ScheduleAnyway'),
  minDomains: z.int().positive().optional(),
  nodeAffinityPolicy: z.enum(['Honor', 'Ignore']).optional(),
  nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
});

const common = {
  labels: named(ownLabels, 'labels').meta({ description: 'Further labels of the pods.' }),
  annotations: named(ownAnnotations, 'annotations').meta({ description: 'Annotations of the pods.' }),
  affinity: affinitySchema.optional().meta({
    description: 'Nodes and neighbours that the pods like, need or avoid, as in a pod of Kubernetes.',
  }),
  topologySpread: z.array(spreadSchema).optional().meta({
    description:
      'How the pods spread over zones, racks or nodes: topologySpreadConstraints of Kubernetes, over the pods of the same role, job and stage.',
  }),
  runtimeClass: z.string().min(1).optional().meta({ description: 'Their RuntimeClass.' }),
};

/** `fleet.pod` of a job. */
export const fleetPodSchema = z.strictObject({
  ...common,
  imagePullSecrets: z.array(z.string().min(1)).optional().meta({
    description: "Secrets with the credentials of registries, beside those of the cluster's settings.",
  }),
  volumes: volumesSchema.optional().meta({ description: 'Volumes of the engine: { name, path, .. } and what it is.' }),
});
export type FleetPod = z.infer<typeof fleetPodSchema>;

/** `pod` of a role in the settings of an installation. */
export const rolePodSchema = z.strictObject({
  ...common,
  nodeSelector: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Labels of the nodes that they may run on.' }),
  tolerations: z.array(tolerationSchema).optional().meta({ description: 'Taints that they tolerate.' }),
  priorityClass: z.string().min(1).optional().meta({ description: 'Their PriorityClass.' }),
});
export type RolePod = z.infer<typeof rolePodSchema>;

/** Variables that Proofmill sets itself. The level of the log is for an installation to say. */
const ownVariables = /^(NATS_|PROOFMILL_(?!LOG$)|JOB_COMPLETION_INDEX$)/;

export const environmentSchema = z
  .array(z.strictObject({ name: z.string().min(1), value: z.string() }))
  .superRefine((variables, context) => {
    for (const [index, { name }] of variables.entries()) {
      if (!ownVariables.test(name)) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `${name} is set by Proofmill itself; leave it out`,
      });
    }
  });

/** What all pods of an installation have in common. */
export const podsSchema = z
  .strictObject({
    fixedUser: z.boolean().default(true).meta({
      description:
        'true: pods run as user 65532. false: as the user that the cluster gives them, as OpenShift does; never as root.',
    }),
    labels: common.labels,
    annotations: common.annotations,
    env: environmentSchema.default([]).meta({
      description: 'Variables of every container, such as HTTPS_PROXY, NO_PROXY and HF_ENDPOINT.',
    }),
    authorities: z
      .strictObject({ configMap: z.string().min(1), key: z.string().min(1).default('ca.crt') })
      .optional()
      .meta({
        description:
          'A ConfigMap with certificates (PEM) of authorities that all containers trust. Engines and downloads trust these alone, so it should hold the public ones too.',
      }),
  })
  .prefault({});
