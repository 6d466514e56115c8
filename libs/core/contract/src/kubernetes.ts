/** What the processes on Kubernetes agree on: names, labels, and the settings of an installation. */
import { z } from 'zod';
import { sha256 } from './identity.ts';

export const scoringJobs = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', plural: 'scoringjobs' } as const;

export const kubernetesLabels = {
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
  job: 'proofmill.dev/job',
  stage: 'proofmill.dev/stage',
} as const;

export const kubernetesAnnotations = {
  /** On the driver's Job: a JobStatus as JSON. */
  status: 'proofmill.dev/status',
  /** On the driver's Job: the digest of the job's identity. A job with another digest is refused under the same name. */
  jobDigest: 'proofmill.dev/job-digest',
  /** On the driver's Job: the sha256 of the job file that it was created for. When the file changes, the driver is recreated. */
  jobFile: 'proofmill.dev/job-file',
  /** On the Jobs of a stage: the digest of the part of their spec that cannot be changed. */
  template: 'proofmill.dev/template',
} as const;

/** Keeps a ScoringJob until its pods are gone. */
export const kubernetesFinalizer = 'proofmill.dev/cleanup';

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
  collectors: (job: string, stage: string): string => objectName(job, stage, 'collector'),
};

/** The port of our containers with /metrics, /livez and /readyz, by the name `status`. */
export const statusPort = 9464;

/** Paths in our containers. */
export const podPaths = {
  job: '/etc/proofmill/job/job.yaml',
  settings: '/etc/proofmill/cluster/cluster.yaml',
  stage: '/etc/proofmill/stage/stage.json',
  files: '/etc/proofmill/files',
  engineFolder: '/run/engine',
  engineSocket: '/run/engine/engine.sock',
  models: '/models',
};

const resources = z
  .strictObject({
    requests: z.record(z.string(), z.string()).default({}),
    limits: z.record(z.string(), z.string()).default({}),
  })
  .prefault({});

const envVariable = z.strictObject({ name: z.string().min(1), value: z.string() });

/** cluster.yaml: the settings of an installation, the same for all its jobs. It names Secrets and never holds their content. */
export const kubernetesSettingsSchema = z.strictObject({
  image: z.string().min(1).meta({ description: "Proofmill's own image: driver, workers, collectors, simulators." }),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  imagePullSecrets: z.array(z.string()).default([]),
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
  }),
  store: z
    .strictObject({
      env: z.array(envVariable).default([]).meta({ description: 'Such as AWS_ENDPOINT_URL_S3 and AWS_REGION.' }),
      secret: z.string().optional().meta({
        description: 'A Secret whose keys become environment variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.',
      }),
      serviceAccount: z.string().optional().meta({
        description: "The collectors' ServiceAccount, where the object store identifies them by it (web identity).",
      }),
      volume: z
        .strictObject({ claim: z.string().min(1), path: z.string().startsWith('/') })
        .optional()
        .meta({
          description: 'A claim that many nodes can write, instead of an object store: the output is a folder.',
        }),
    })
    .prefault({})
    .meta({ description: 'How the driver and the collectors reach the corpus and the output. Workers reach neither.' }),
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
    })
    .prefault({}),
  driver: z.strictObject({ serviceAccount: z.string().default('proofmill-driver'), resources }).prefault({}),
  worker: z
    .strictObject({
      env: z.array(envVariable).default([]).meta({ description: 'Such as HTTPS_PROXY and NO_PROXY.' }),
      resources,
    })
    .prefault({}),
  collector: z.strictObject({ resources }).prefault({}),
  fetcher: z.strictObject({ image: z.string().optional() }).prefault({}).meta({
    description:
      "The container that downloads weights from Hugging Face: an image with the command `hf`. Default: the engine's.",
  }),
});
export type KubernetesSettings = z.infer<typeof kubernetesSettingsSchema>;
