/** Where and how wide a stage runs: the part of a job that a cluster needs and no label depends on. */
import { z } from 'zod';
import { standstill } from './quiet.ts';

const quantity = z.string().regex(/^[0-9]+([.][0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/, 'must be a quantity, as 500m or 8Gi');

const modelSchema = z.union([
  z.strictObject({
    claim: z.string().min(1).meta({ description: 'A PersistentVolumeClaim that holds the weights.' }),
    path: z.string().default('').meta({ description: 'The folder in it. Default: its root.' }),
  }),
  z.strictObject({
    image: z
      .string()
      .min(1)
      .meta({ description: 'An image whose files are the weights (Kubernetes 1.35, or a gate).' }),
    path: z.string().default('').meta({ description: 'The folder in it. Default: its root.' }),
  }),
  z.strictObject({
    huggingFace: z
      .string()
      .min(1)
      .meta({ description: 'A repository of the Hugging Face hub, fetched before the engine starts.' }),
    revision: z.string().optional().meta({ description: 'Commit or tag of it. Default: its main branch.' }),
    secret: z.string().optional().meta({
      description: 'A Secret with the key token. Only the container that fetches the weights is given it.',
    }),
  }),
]);

const seconds = z
  .int()
  .positive()
  .max(7 * 24 * 3600);

const tolerationSchema = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().nonnegative().optional(),
});

export const fleetSchema = z.strictObject({
  workers: z
    .int()
    .positive()
    .default(1)
    .meta({ description: 'How many workers the executors nats and kubernetes start.' }),
  slots: z
    .int()
    .positive()
    .max(4096)
    .default(32)
    .meta({ description: 'Answers in flight per worker; about the max_num_seqs of the engine.' }),
  takeOver: z.boolean().default(true).meta({
    description:
      'Whether idle workers ask about items that others still have open, near the end of the stage: it ends sooner, and those items may be asked about twice.',
  }),
  collectors: z.int().positive().max(1024).default(1).meta({
    description: 'On Kubernetes: collectors that share the partitions. More than output.partitions have nothing to do.',
  }),
  gpusPerWorker: z.int().nonnegative().default(1).meta({
    description: 'On Kubernetes: GPUs (nvidia.com/gpu) of the engine beside each worker.',
  }),
  image: z.string().min(1).optional().meta({
    description: "On Kubernetes: image of the engine. Default: that of the cluster's settings.",
  }),
  engineArgs: z
    .array(z.string())
    .default([])
    .meta({ description: 'On Kubernetes: further arguments of `vllm serve`.' }),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
    .default({})
    .meta({
      description: 'On Kubernetes: environment of the engine. Secrets do not belong here.',
    }),
  model: modelSchema.optional().meta({
    description: 'On Kubernetes: where the weights come from. Without it the image of the engine holds them.',
  }),
  resources: z
    .strictObject({
      cpu: quantity.optional().meta({ description: 'CPUs that the engine requests.' }),
      memory: quantity.optional().meta({ description: 'Memory of the engine: requested, and the limit.' }),
      sharedMemory: quantity.default('8Gi').meta({ description: 'Size of /dev/shm; it counts as memory.' }),
    })
    .prefault({})
    .meta({ description: 'On Kubernetes: what the engine needs beside GPUs.' }),
  nodeSelector: z.record(z.string(), z.string()).default({}).meta({
    description: 'On Kubernetes: labels of the nodes that the workers may run on.',
  }),
  tolerations: z.array(tolerationSchema).default([]).meta({
    description: 'On Kubernetes: taints that the workers tolerate, such as those of spot nodes.',
  }),
  priorityClass: z.string().optional().meta({ description: "On Kubernetes: the workers' PriorityClass." }),
  engineWaitSeconds: seconds.optional().meta({
    description:
      'How long a worker waits until its engine responds for the first time. Default: 60; on Kubernetes 600, since an engine beside a worker is up before it.',
  }),
  engineDownSeconds: seconds.optional().meta({
    description:
      'How long a worker waits for an engine that no longer responds, before it ends with 75. Default: 1200; on Kubernetes at least as long as an engine beside it may take to start.',
  }),
  maxStartFailures: z.int().positive().max(1000).optional().meta({
    description:
      'On Kubernetes: how often the engine of one worker may fail to start, while no engine of the fleet has ever been ready. Then the job ends as Failed and frees its GPUs. Engines that were ready once may crash as often as they like. Default: 10, about half an hour of pauses.',
  }),
  quietSeconds: z
    .int()
    .positive()
    .max(standstill.longestMs / 1000)
    .default(standstill.firstMs / 1000)
    .meta({
      description:
        'After how many seconds without a finished record the coordinator reads the journals again and mends the queues; then after twice the time, and once an hour at least.',
    }),
  graceSeconds: z.int().min(30).default(180).meta({
    description: 'On Kubernetes: how long a worker may take to finish what it has in flight when it is asked to stop.',
  }),
});
/** The fleet of one stage. */
export type Fleet = z.infer<typeof fleetSchema>;
