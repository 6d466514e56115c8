/** What the processes on Kubernetes agree on: names, labels, and the settings of an installation. */
import { z } from 'zod';
import { gpuResourceSchema } from './fleet.ts';
import { sha256 } from './identity.ts';
import { environmentSchema, podsSchema, rolePodSchema } from './pod-template.ts';
import { quantitySchema, type Resources, resourcesSchema } from './quantity.ts';

export const scoringJobs = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', plural: 'scoringjobs' } as const;

export const kubernetesLabels = {
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
  job: 'proofmill.dev/job',
  stage: 'proofmill.dev/stage',
  /** On the pods of an engine of several nodes: the number of their worker. */
  group: 'proofmill.dev/group',
  /** On pods that fetch weights: `s3` where they come from the object store, which the network policies then let them reach. */
  weights: 'proofmill.dev/weights',
  /** On what a training loop makes: its name. */
  loop: 'proofmill.dev/loop',
} as const;

export const kubernetesAnnotations = {
  /** On the driver's Job: a JobStatus as JSON. */
  status: 'proofmill.dev/status',
  /** On the driver's Job: the digest of the job's identity. A job with another digest is refused under the same name. */
  jobDigest: 'proofmill.dev/job-digest',
  /** On the driver's Job: the sha256 of the job file that it is to follow, which is in the ConfigMap. */
  jobFile: 'proofmill.dev/job-file',
  /** On the driver's Job: the sha256 of the job file that it follows. A driver that was created without it follows no changes. */
  jobFileTaken: 'proofmill.dev/job-file-taken',
  /** On the driver's Job: `spec.activeDeadlineSeconds` of the job that its own one comes from. */
  deadline: 'proofmill.dev/deadline-seconds',
  /** On the driver's Job: when the job became active, where an earlier driver has run since. */
  startedAt: 'proofmill.dev/started-at',
  /** On the Job of workers: an engine of it has been ready. */
  engineStarted: 'proofmill.dev/engine-started',
  /** On the Jobs of a stage: the digest of the part of their spec that cannot be changed. */
  template: 'proofmill.dev/template',
  /** On the Jobs of a stage: how many pods are wanted. Kueue may lower the numbers of the spec. */
  width: 'proofmill.dev/width',
} as const;

/** Former versions set it on ScoringJobs, to keep them until their pods were gone. */
export const formerFinalizer = 'proofmill.dev/cleanup';

/** The longest name of an object: names of pods and host names are longer than those of their Jobs, and must fit too. */
const nameCharacters = 52;

/** The parts joined by dashes. A long name is cut, and made unique by a digest. */
function objectName(...parts: string[]): string {
  const whole = parts.join('-');
  if (whole.length <= nameCharacters) return whole;
  return `${whole.slice(0, nameCharacters - 9).replace(/-+$/, '')}-${sha256(whole).slice(0, 8)}`;
}

/** Names of the objects of a job in its namespace. */
export const kubernetesNames = {
  /** The Job that runs `proofmill run --executor kubernetes`. */
  driver: (job: string): string => objectName(job, 'driver'),
  /** The ConfigMap whose key `job.yaml` holds the job file. */
  jobFile: (job: string): string => objectName(job, 'job'),
  /** The ConfigMap whose key `stage.json` holds the stage file that its workers read. */
  stageFile: (job: string, stage: string): string => objectName(job, stage, 'stage'),
  workers: (job: string, stage: string): string => objectName(job, stage, 'worker'),
  /** The Job that fills the claim with the weights. */
  weights: (job: string, stage: string): string => objectName(job, stage, 'weights'),
  collectors: (job: string, stage: string): string => objectName(job, stage, 'collector'),
  /** The Job of one worker whose engine takes several nodes. */
  group: (job: string, stage: string, worker: number): string => objectName(job, stage, 'worker', String(worker)),
  /** What does a step of a loop, whose folder this is: a ScoringJob, or the Job of a trainer. */
  step: (loop: string, folder: string): string => objectName(loop, folder.replaceAll('/', '-')),
  /** The Service by which the nodes of such engines find each other. The name of a Service begins with a letter. */
  nodes: (job: string, stage: string): string => objectName('nodes', job, stage),
};

/** The port of our containers with /metrics, /livez and /readyz, by the name `status`. */
export const statusPort = 9464;

/** What containers get where nobody says otherwise. All four amounts, as a ResourceQuota may ask for each. */
const standard = {
  driver: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '2Gi' } },
  worker: { requests: { cpu: '250m', memory: '384Mi' }, limits: { cpu: '2', memory: '1Gi' } },
  collector: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '2Gi' } },
  /** Far above what most models take beside their GPU: an engine that is killed costs more than a generous limit. */
  engine: { requests: { cpu: '1', memory: '8Gi' }, limits: { cpu: '32', memory: '128Gi' } },
  simulator: { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
  /** Downloads are held in memory by the gigabyte where the disk is slower than the network. */
  fetcher: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '4', memory: '8Gi' } },
} satisfies Record<string, Resources>;

const pod = rolePodSchema.prefault({}).meta({ description: 'What is added to its pods.' });

/** cluster.yaml: the settings of an installation, the same for all its jobs. It names Secrets and never holds their content. */
export const kubernetesSettingsSchema = z.strictObject({
  image: z.string().min(1).meta({ description: "Proofmill's own image: driver, workers, collectors, simulators." }),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  imagePullSecrets: z.array(z.string()).default([]),
  pods: podsSchema.meta({ description: 'What all pods have in common.' }),
  nats: z.strictObject({
    url: z.string().min(1).meta({ description: 'nats://HOST:PORT or tls://.., without credentials.' }),
    replicas: z
      .int()
      .min(1)
      .max(5)
      .default(1)
      .meta({ description: 'Copies of each stream, where NATS is a cluster of at least so many servers.' }),
    secret: z.string().optional().meta({
      description:
        'A Secret with the passwords of the users coordinator, worker and collector, under these keys. What drivers sign with may be beside them, as `signing`.',
    }),
    userPrefix: z.string().default('').meta({
      description:
        'Put ahead of the names of these users, where a server has those of several teams: `b-` for b-worker.',
    }),
    caSecret: z.string().optional().meta({
      description: "A Secret whose key `ca.crt` is the certificate of the authority that signed the server's.",
    }),
    credentialsSecret: z.string().optional().meta({
      description:
        'Instead of passwords: a Secret with a .creds file or an nkey seed for each role, under the keys coordinator.creds, worker.creds and collector.creds.',
    }),
  }),
  store: z
    .strictObject({
      env: environmentSchema.default([]).meta({ description: 'Such as AWS_ENDPOINT_URL_S3 and AWS_REGION.' }),
      secret: z.string().optional().meta({
        description: 'A Secret whose keys become environment variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.',
      }),
      serviceAccount: z.string().optional().meta({
        description:
          "The collectors' ServiceAccount, where the object store identifies them by it (web identity), and that of pods which fill a claim with weights.",
      }),
      volume: z
        .strictObject({ claim: z.string().min(1), path: z.string().startsWith('/') })
        .optional()
        .meta({
          description: 'A claim that many nodes can write, instead of an object store: the output is a folder.',
        }),
    })
    .prefault({})
    .meta({
      description:
        'How the driver and the collectors reach the corpus and the output, and what fetches weights reaches those. Workers and engines reach none of it.',
    }),
  engine: z
    .strictObject({
      image: z.string().min(1).optional().meta({ description: 'The image of the engine where a job names none.' }),
      command: z
        .array(z.string())
        .default(['vllm', 'serve'])
        .meta({ description: 'The command that starts the engine.' }),
      probePython: z
        .string()
        .default('python3')
        .meta({ description: "The Python in the engine's image, for its probes." }),
      startSeconds: z.int().positive().default(1800).meta({ description: 'How long an engine may take to start.' }),
      resources: resourcesSchema(standard.engine).meta({
        description: 'What an engine requests and may use, GPUs apart, where fleet.resources of a job says nothing.',
      }),
      gpuResource: gpuResourceSchema.default('nvidia.com/gpu').meta({
        description: 'The resource by which nodes count GPUs, where fleet.gpuResource of a job says nothing.',
      }),
      nodePaths: z.array(z.string().startsWith('/')).default([]).meta({
        description:
          'Folders of nodes that jobs may mount, each with what is in it. The restricted Pod Security Standard forbids them.',
      }),
    })
    .prefault({}),
  driver: z
    .strictObject({
      serviceAccount: z.string().default('proofmill-driver'),
      resources: resourcesSchema(standard.driver),
      pod,
    })
    .prefault({}),
  worker: z
    .strictObject({
      env: environmentSchema.default([]).meta({ description: 'Such as HTTPS_PROXY and NO_PROXY.' }),
      resources: resourcesSchema(standard.worker),
      pod,
    })
    .prefault({}),
  collector: z.strictObject({ resources: resourcesSchema(standard.collector), pod }).prefault({}),
  simulator: z
    .strictObject({ resources: resourcesSchema(standard.simulator) })
    .prefault({})
    .meta({ description: 'The built-in stand-in for an engine.' }),
  fetcher: z
    .strictObject({
      image: z.string().optional(),
      resources: resourcesSchema(standard.fetcher),
      size: quantitySchema.default('256Gi').meta({
        description: 'The most that downloaded weights may take in a pod, where a job does not say.',
      }),
    })
    .prefault({})
    .meta({
      description:
        "The container that downloads weights from Hugging Face: an image with the command `hf`. Default: the engine's.",
    }),
});
export type KubernetesSettings = z.infer<typeof kubernetesSettingsSchema>;
