/** Submits a job file to a cluster. */
import { readFile } from 'node:fs/promises';
import {
  type Cluster,
  type ClusterObject,
  ConfigurationError,
  type Job,
  type JobStatus,
  jobSchema,
} from '@proofmill/contract';
import { openCluster } from '@proofmill/kube';
import { type Submission, type SubmittedJob, submitPlainJob, submitScoringJob, waitForEnd } from '@proofmill/operate';
import { systemClock } from '@proofmill/runtime';
import { parse } from 'yaml';
import { parseClusterSettings } from './settings.ts';

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
  const cluster = await openCluster({
    manager: 'proofmill-submit',
    ...(wanted === undefined ? {} : { namespace: wanted }),
  });
  const submission = plain
    ? await submitPlainJob(cluster, submitted, {
        settings: await settingsIn(cluster, plain.settingsConfigMap),
        settingsConfigMap: plain.settingsConfigMap,
      })
    : await submitScoringJob(cluster, submitted);
  return {
    name,
    namespace: cluster.namespace,
    submission,
    wait: (onStatus, stop) =>
      waitForEnd({ cluster, job: name, isPlain: plain !== undefined, clock: systemClock(), onStatus, stop }),
  };
}

type Document = { metadata: ClusterObject['metadata']; spec: Job['spec'] };

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

async function settingsIn(cluster: Cluster, name: string): Promise<ReturnType<typeof parseClusterSettings>> {
  const where = `ConfigMap ${name}`;
  const found = await cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', name });
  const text = (found?.data as Readonly<Record<string, string>> | undefined)?.['cluster.yaml'];
  if (text === undefined) throw new ConfigurationError(`${where} in ${cluster.namespace} holds no cluster.yaml`);
  return parseClusterSettings(text, where);
}
