/** Submits a job file to a cluster. */
import { ConfigurationError, type JobStatus, type KubernetesApi, type KubernetesSettings } from '@proofmill/contract';
import { parseKubernetesSettings, type ReplacedFields, readSubmittedJob } from '@proofmill/job-files';
import { openKubernetes } from '@proofmill/kubernetes-api';
import { type Submission, submitPlainJob, submitScoringJob, waitForEnd } from '@proofmill/kubernetes-loops';
import { systemClock } from '@proofmill/runtime';

export interface SubmitOptions {
  /** A job file that `readJob` has accepted. */
  readonly path: string;
  readonly replaced: ReplacedFields;
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

/** Submits a job once, however often it is called. ConfigurationError, with the difference, if another job has the name. */
export async function submitJob(options: SubmitOptions): Promise<SubmittedTo> {
  const { plain } = options;
  const submitted = await readSubmittedJob(options.path, options.replaced);
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

async function settingsIn(kubernetes: KubernetesApi, name: string): Promise<KubernetesSettings> {
  const where = `ConfigMap ${name}`;
  const found = await kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', name });
  const text = (found?.data as Readonly<Record<string, string>> | undefined)?.['cluster.yaml'];
  if (text === undefined) throw new ConfigurationError(`${where} in ${kubernetes.namespace} holds no cluster.yaml`);
  return parseKubernetesSettings(text, where);
}
