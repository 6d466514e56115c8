/** Where and how wide a stage runs: the part of a job that a cluster needs and no label depends on. */
import { z } from 'zod';
import { fleetPodSchema, tolerationSchema } from './pod-template.ts';
import { amountOf, quantitySchema as quantity } from './quantity.ts';
import { standstill } from './quiet.ts';
import { weightsDigestSchema, weightsUriSchema } from './weights.ts';

const cacheSchema = z
  .union([
    z.strictObject({
      claim: z.string().min(1).meta({
        description:
          'A PersistentVolumeClaim that many nodes can mount: one pod of the job fills it, unless an earlier one has, and all workers read it.',
      }),
    }),
    z.strictObject({
      size: quantity.meta({
        description:
          "The most that the weights may take in each worker's pod. Default: that of the cluster's settings.",
      }),
    }),
  ])
  .optional()
  .meta({ description: "Where fetched weights are kept. Default: in each worker's pod." });

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
    cache: cacheSchema,
  }),
  z.strictObject({
    s3: weightsUriSchema.meta({
      description:
        "A folder in the installation's object store, s3://BUCKET/FOLDER, fetched before the engine starts. The engine has no access to the store.",
    }),
    sha256: weightsDigestSchema.optional().meta({
      description:
        'The digest that the weights must have, as `proofmill weights put` prints it; others are refused. Default: any.',
    }),
    cache: cacheSchema,
  }),
]);

const seconds = z
  .int()
  .positive()
  .max(7 * 24 * 3600);

export const gpuResourceSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*\/[A-Za-z0-9._-]+$/,
    'must be a resource of nodes, such as nvidia.com/gpu or amd.com/gpu',
  );

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
    description:
      'On Kubernetes: GPUs of the engine beside each worker, on each of its nodes. It uses all of them for one model (`--tensor-parallel-size`), unless engineArgs says how; a job whose engineArgs name another number of GPUs is refused.',
  }),
  nodesPerWorker: z.int().min(1).max(64).optional().meta({
    description:
      'On Kubernetes: nodes that the engine of each worker takes, each with gpusPerWorker GPUs: a pod on each of them, for a model that one node cannot hold. Default: 1.',
  }),
  gpuResource: gpuResourceSchema.optional().meta({
    description:
      "On Kubernetes: the resource by which nodes count these GPUs, such as amd.com/gpu or nvidia.com/mig-3g.40gb. Default: that of the cluster's settings.",
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
      cpu: quantity
        .optional()
        .meta({ description: "CPUs that the engine requests. Default: that of the cluster's settings." }),
      cpuLimit: quantity.optional().meta({
        description:
          "CPUs that it may use. Default: that of the cluster's settings, or what it requests if that is more.",
      }),
      memory: quantity.optional().meta({
        description: "Memory of the engine: requested, and the limit. Default: that of the cluster's settings.",
      }),
      sharedMemory: quantity.default('8Gi').meta({ description: 'Size of /dev/shm; it counts as memory.' }),
    })
    .superRefine(({ cpu, cpuLimit }, context) => {
      if (cpu === undefined || cpuLimit === undefined || amountOf(cpu) <= amountOf(cpuLimit)) return;
      const message = `is ${cpuLimit}, which is less than cpu (${cpu}): an engine may use at least what it requests`;
      context.addIssue({ code: 'custom', path: ['cpuLimit'], message });
    })
    .prefault({})
    .meta({ description: 'On Kubernetes: what the engine needs beside GPUs. The simulator takes no notice of it.' }),
  nodeSelector: z.record(z.string(), z.string()).default({}).meta({
    description: 'On Kubernetes: labels of the nodes that the workers may run on.',
  }),
  tolerations: z.array(tolerationSchema).default([]).meta({
    description: 'On Kubernetes: taints that the workers tolerate, such as those of spot nodes.',
  }),
  priorityClass: z.string().optional().meta({ description: "On Kubernetes: the workers' PriorityClass." }),
  pod: fleetPodSchema.optional().meta({ description: "On Kubernetes: what is added to the workers' pods." }),
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
/** The nodes of one worker's engine. */
export const nodesOf = ({ nodesPerWorker = 1 }: Pick<Fleet, 'nodesPerWorker'>): number => nodesPerWorker;

/** The fleet of one stage. */
export type Fleet = z.infer<typeof fleetSchema>;
