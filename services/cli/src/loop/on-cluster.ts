/**
 * Jobs of a loop as ScoringJobs, its trainers as Jobs. What this pod is of, a Job or a workflow, owns all of them: they continue while the pod is
 * replaced, and go with the owner.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '@proofmill/blob';
import {
  ConfigurationError,
  exitCodes,
  type JobStatus,
  type KubernetesApi,
  kubernetesLabels,
  kubernetesNames,
  type OwnerReference,
  podPaths,
  publishedFileSchema,
  UnavailableError,
  visible,
  visibleLines,
} from '@proofmill/contract';
import { readObject } from '@proofmill/folder';
import { readKubernetesSettings } from '@proofmill/job-files';
import { openKubernetes } from '@proofmill/kubernetes-api';
import { runScoringJob, runTrainingJob } from '@proofmill/kubernetes-loops';
import { kinds, trainerJob } from '@proofmill/kubernetes-objects';
import {
  clusterJob,
  faultsOnCluster,
  filled,
  pathInClaim,
  publishedPath,
  type SharedClaim,
  type TrainedWeights,
} from '@proofmill/rounds';
import { systemClock } from '@proofmill/runtime';
import type { Models } from '@proofmill/training';
import { statusLine } from '../status-line.ts';
import { type LoopPlace, type LoopProcess, modelIn } from './open-loop.ts';
import { placeholdersOf } from './training.ts';

type Given = Omit<LoopProcess, 'place'>;
type Settings = Awaited<ReturnType<typeof readKubernetesSettings>>;

interface Cluster extends Given {
  readonly kubernetes: KubernetesApi;
  readonly settings: Settings;
  readonly owner: OwnerReference;
  readonly claim: SharedClaim;
  /** The folder of the loop in the claim. */
  readonly inClaim: string;
}

/** @throws {ConfigurationError} elsewhere than in the pod of a loop, and for a loop that a cluster cannot run */
export async function onCluster(given: Given): Promise<LoopPlace> {
  const { PROOFMILL_LOOP_OWNER: named, PROOFMILL_NAMESPACE: namespace } = process.env;
  const owner = ownerNamed(named);
  const faults = faultsOnCluster(given.file.loop.spec);
  if (faults.length > 0) throw new ConfigurationError(faults.join('\n'));
  const settings = await readKubernetesSettings(process.env.PROOFMILL_CLUSTER ?? podPaths.settings);
  const { claim, inClaim } = claimOf(given, settings);
  const kubernetes = await openKubernetes({
    manager: 'proofmill-loop',
    rightsMayCome: true,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const cluster: Cluster = { ...given, kubernetes, settings, owner, claim, inClaim };
  return {
    // Their images have the programs.
    requireCommands: () => Promise.resolve(),
    run: (one, folder, models) => runJob(cluster, one, folder, models),
    train: (run) => train(cluster, run),
  };
}

/** What owns jobs and trainers, as the manifest of the pod names it: the loop's Job, or the workflow that it is a step of. */
function ownerNamed(text: string | undefined): OwnerReference {
  const [apiVersion, kind, name, uid, ...more] = text?.split(' ') ?? [];
  if (apiVersion && kind && name && uid && more.length === 0) return { apiVersion, kind, name, uid };
  throw new ConfigurationError(
    'the executor kubernetes runs in the pod of a loop, where PROOFMILL_LOOP_OWNER names what owns its jobs and trainers: "batch/v1 Job NAME UID". k8s/examples/training-loop.yaml is such a pod',
  );
}

function claimOf({ file }: Given, { store }: Settings): Pick<Cluster, 'claim' | 'inClaim'> {
  const claim = store.volume;
  if (!claim)
    throw new ConfigurationError(
      'a loop on a cluster needs a claim that the pods of all roles write, and this installation has none: set store.volume.claim of the chart',
    );
  const inClaim = pathInClaim(file.out, claim);
  if (inClaim !== null) return { claim, inClaim };
  throw new ConfigurationError(
    `spec.output.uri is ${file.out}, which is not in the claim ${claim.claim}: trainers and engines would not see it. Name a folder below ${claim.path}`,
  );
}

/** Whether the job is done; false where the loop was stopped. */
async function runJob(cluster: Cluster, ...[job, folder, models]: Parameters<LoopPlace['run']>): Promise<boolean> {
  const { file, kubernetes, owner, progress, shutdown } = cluster;
  const { loop, out } = file;
  const path = job.spec.output.uri;
  const wanted = clusterJob(job, {
    ...{ loop: loop.metadata.name, files: loop.spec.files, out: join(out, path) },
    corpusFolder: folder === null ? null : join(out, folder),
    trained: {
      judge: await trainedWeights(cluster, models.judge),
      prover: await trainedWeights(cluster, models.prover),
    },
  });
  const { name } = wanted.metadata;
  const metadata = { name, labels: { [kubernetesLabels.loop]: loop.metadata.name }, ownerReferences: [owner] };
  const document = { ...kinds.scoringJob, metadata, spec: wanted.spec };
  const ended = await runScoringJob({
    ...{ kubernetes, submitted: { document, job: wanted }, clock: systemClock(), stop: shutdown.stop },
    onStatus: reporting(name, progress.report),
  });
  if (ended === null) return false;
  const { exitCode, message } = ended;
  if (exitCode === exitCodes.done) return true;
  if (exitCode === exitCodes.limitBroken)
    throw new UnavailableError('limit', `${path} has reached a limit: ${visible(message)}`);
  throw new ConfigurationError(
    `the ScoringJob ${name} has failed: ${visible(message)}. Once the cause is gone: kubectl -n ${kubernetes.namespace} delete scoringjob ${name}, and run the loop again; what is labelled stays`,
  );
}

/** Where engines find weights that a round has trained; null for those of the loop file. Rounds that were done before the loop had a store are in the claim. */
async function trainedWeights(
  { file, claim, inClaim }: Cluster,
  model: Models['prover'],
): Promise<TrainedWeights | null> {
  if (!model?.isTrained) return null;
  const { place } = model;
  const published =
    file.loop.spec.output.weights === undefined
      ? null
      : await readObject(
          openStore(file.out),
          publishedPath(place.slice(0, place.lastIndexOf('/'))),
          publishedFileSchema,
        );
  return published
    ? { s3: published.uri, sha256: published.weights.sha256 }
    : { claim: claim.claim, path: `${inClaim}/${place}` };
}

/** Reports each phase, stage and trouble of a job once. */
function reporting(name: string, report: (sentence: string) => void): (status: JobStatus) => void {
  let before = '';
  return (status) => {
    const trouble =
      status.conditions.find(({ type, status: is }) => type === 'Stalled' && is === 'True')?.message ?? '';
    const now = [status.phase, status.stage ?? '', trouble].join(' ');
    if (now !== before) report(`${name}: ${visible(statusLine(status))}`);
    before = now;
  };
}

/** What `versions` prints, in lines; null where the loop was stopped. */
async function train(cluster: Cluster, run: Parameters<LoopPlace['train']>[0]): Promise<readonly string[] | null> {
  const { file, kubernetes, settings, owner, claim, inClaim, progress, shutdown } = cluster;
  const { loop, out } = file;
  const { trainer, round } = run;
  const { kubernetes: pod } = trainer;
  if (!pod) throw new RangeError('a trainer without a pod was refused at the start');
  const values = placeholdersOf(run, { pathOf: (path) => join(out, path), modelOf: modelIn(out) });
  await mkdir(values.out, { recursive: true });
  const name = kubernetesNames.step(loop.metadata.name, run.out.slice(0, run.out.lastIndexOf('/')));
  const job = trainerJob({
    ...{ name, namespace: kubernetes.namespace, loop: loop.metadata.name, owner, settings },
    trainer: { ...trainer, kubernetes: pod },
    command: filled(trainer.command, values),
    claim: { ...claim, written: `${inClaim}/${run.out}` },
    files: loop.spec.files,
  });
  progress.report(
    `training of round ${round}: the Job ${name}; kubectl -n ${kubernetes.namespace} logs -f job/${name}`,
  );
  const ended = await runTrainingJob({
    ...{ kubernetes, job, hasVersions: trainer.versions !== undefined, clock: systemClock(), stop: shutdown.stop },
    onTrouble: (sentence) => progress.report(`training of round ${round}: ${visible(sentence)}`),
  });
  if (ended === null) return null;
  if (ended.ended === 'late')
    throw new UnavailableError(
      'training-late',
      `the training of round ${round} has not ended within train.timeoutSeconds, ${trainer.timeoutSeconds} s`,
      { runAgainWhen: 'its checkpoints let it continue, or with a larger limit' },
    );
  if (ended.ended === 'failed')
    throw new ConfigurationError(
      `the training of round ${round} has failed: ${visibleLines(ended.why)}\nOnce the cause is gone: kubectl -n ${kubernetes.namespace} delete job ${name}, and run the loop again`,
    );
  if (!trainer.versions) return [];
  return ended.versions?.trimEnd().split('\n') ?? ['unknown: the pod that trained was removed before they were read'];
}
