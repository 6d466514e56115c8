/** Volumes that a job may add to the container of its engine: which kinds, and where. */
import { z } from 'zod';
import { podPaths } from './pod-paths.ts';
import { quantitySchema } from './quantity.ts';

/** Folders that are ours, or those of the system: a mount in them, or above them, would replace what the pod needs. */
const takenFolders = [
  '/tmp',
  '/dev',
  '/proc',
  '/sys',
  '/etc/proofmill',
  podPaths.home,
  podPaths.engineFolder,
  podPaths.models,
];

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function faultOfPath(path: string): string | null {
  if (!/^\/[^:]*$/.test(path) || path.split('/').some((step) => step === '..' || step === '.')) {
    return 'must be an absolute path, without "." and ".." and without a colon';
  }
  const bare = path.replace(/\/+$/, '');
  const taken = takenFolders.find((folder) => isWithin(bare, folder) || isWithin(folder, bare));
  return taken === undefined
    ? null
    : `is, holds, or lies in ${taken}, which the pod uses itself; choose another folder`;
}

const common = {
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, 42 at most')
    .meta({ description: 'Names the volume; no two of a stage have the same.' }),
  path: z
    .string()
    .superRefine((path, context) => {
      const message = faultOfPath(path);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ description: 'Its folder in the container of the engine.' }),
};

const objectName = z.string().min(1);

const volumeSchema = z.union([
  z.strictObject({
    ...common,
    claim: objectName.meta({ description: 'A PersistentVolumeClaim.' }),
    readOnly: z.boolean().optional().meta({ description: 'Default: true.' }),
  }),
  z.strictObject({ ...common, configMap: objectName.meta({ description: 'A ConfigMap: each key is a file.' }) }),
  z.strictObject({ ...common, secret: objectName.meta({ description: 'A Secret: each key is a file.' }) }),
  z.strictObject({
    ...common,
    size: quantitySchema.meta({ description: 'An empty folder of this size at most, which goes with the pod.' }),
  }),
  z.strictObject({
    ...common,
    nodePath: z.string().min(1).meta({
      description: 'A folder of the node, read only; the installation must allow it (engine.nodePaths).',
    }),
  }),
]);
export type PodVolume = z.infer<typeof volumeSchema>;

export const volumesSchema = z
  .array(volumeSchema)
  .max(32)
  .superRefine((volumes, context) => {
    for (const field of ['name', 'path'] as const) {
      const seen = new Set<string>();
      for (const [index, { [field]: value }] of volumes.entries()) {
        if (seen.has(value))
          context.addIssue({ code: 'custom', path: [index, field], message: 'is taken by another volume' });
        seen.add(value);
      }
    }
    const claims = volumes.map((volume) => ('claim' in volume ? volume.claim : null));
    for (const [index, claim] of claims.entries()) {
      if (claim === null || claims.indexOf(claim) === index) continue;
      const message = `is ${claim}, as another volume is: a pod with two volumes of one claim never starts. Give it one path, and use its folders`;
      context.addIssue({ code: 'custom', path: [index, 'claim'], message });
    }
  });
