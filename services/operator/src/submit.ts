/** Submits a job file to a cluster. */
import { readFile } from 'node:fs/promises';
import {
  ConfigurationError,
  type Job,
  type JobStatus,
  jobSchema,
  type KubernetesApi,
  type KubernetesObject,
} from '@proofmill/contract';
import { openKubernetes } from '@proofmill/kubernetes-api';
import {
  type Submission,
  type SubmittedJob,
  submitPlainJob,
  submitScoringJob,
  waitForEnd,
} from '@proofmill/kubernetes-loops';
import { systemClock } from '@proofmill/runtime';
import { parse } from 'yaml';
import { parseKubernetesSettings } from './settings.ts';

export interface SubmitOptions {
  /** A job file that is known to be good. */
  readonly path: string;
  /** What is said in the place of the file. */
  readonly instead?: { readonly name?: string; readonly out?: string; readonly corpus?: readonly string[] };
  /** Default: the file's, else that of the kubeconfig or of the pod. */
  readonly namespace?: string;
  /** The driver's Job itself, made with the settings in this ConfigMap, and no ScoringJob. */
  readonly plain?: { readonly settingsConfigMap: string };
}

/** A job on a cluster. */
export interface SubmittedTo {
  readonly name: string;
  readonly namespace: string;
  readonly submission: Submission;
  /** Resolves with the job's exit code, or with null when the signal fires; see `waitForEnd` for what it rejects with. */
  wait(onStatus: (status: JobStatus) => void, stop: AbortSignal): Promise<number | null>;
}

/** Once, however often: the same job is attached to. ConfigurationError, with the difference, where another one has its name. */
export async function submitJob(options: SubmitOptions): Promise<SubmittedTo> {
  const { plain } = options;
  const submitted = await readSubmitted(options);
  const { name, namespace } = submitted.job.metadata;
  const wanted = options.namespace ?? namespace;
  const kubernetes = await openKubernetes({
    manager: 'proofmill-submit',
    ...(wanted === undefined ? {} : { namespace: wanted }),
  });
  const submission = plain
    ? await submitPlainJob(kubernetes, submitted, {
        settings: await settingsIn(kubernetes, plain.settingsConfigMap),
        settingsConfigMap: plain.settingsConfigMap,
      })
    : await submitScoringJob(kubernetes, submitted);
  return {
    name,
    namespace: kubernetes.namespace,
    submission,
    wait: (onStatus, stop) =>
      waitForEnd({ kubernetes, job: name, isPlain: plain !== undefined, clock: systemClock(), onStatus, stop }),
  };
}

type Document = { metadata: KubernetesObject['metadata']; spec: Job['spec'] };

async function readSubmitted({ path, instead = {} }: SubmitOptions): Promise<SubmittedJob> {
  const { metadata, spec, ...file } = parse(await readFile(path, 'utf8')) as Document;
  const { name, out, corpus } = instead;
  const document = {
    ...file,
    metadata: name === undefined ? metadata : { ...metadata, name },
    spec: {
      ...spec,
      ...(out === undefined ? {} : { output: { ...spec.output, uri: out } }),
      ...(corpus === undefined ? {} : { corpus: { ...spec.corpus, uris: [...corpus] } }),
    },
  };
  const parsed = jobSchema.safeParse(document);
  if (parsed.success) return { document, job: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(problems.join('\n'));
}

async function settingsIn(
  kubernetes: KubernetesApi,
  name: string,
): Promise<ReturnType<typeof parseKubernetesSettings>> {
  const where = `ConfigMap ${name}`;
  const found = await kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', name });
  const text = (found?.data as Readonly<Record<string, string>> | undefined)?.['cluster.yaml'];
  if (text === undefined) throw new ConfigurationError(`${where} in ${kubernetes.namespace} holds no cluster.yaml`);
  return parseKubernetesSettings(text, where);
}
