/** Checks what readers see: data/, failed/, and _MANIFEST.json and _SUCCESS of every run, against the committed manifests. */
import {
  type Codec,
  type CommittedFile,
  formatOf,
  generationFolder,
  outputPaths,
  type Store,
} from '@proofmill/contract';
import {
  generationStore,
  isComplete,
  type OutputVersion,
  readOutputManifest,
  type StoredJob,
  versionsOf,
} from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { attempt } from './attempt.ts';
import { checkFile } from './check-file.ts';
import type { CheckedGeneration } from './check-generation.ts';
import type { CheckedStage } from './check-stage.ts';
import { type Findings, findingsIn } from './findings.ts';

export interface OutputCheck {
  readonly store: Store;
  readonly job: StoredJob;
  readonly checked: readonly CheckedStage[];
  readonly generations: readonly CheckedGeneration[];
  readonly isCleaned: boolean;
  readonly codec: Codec;
  readonly found: Findings;
}

/** A run of the output: the first one, or a generation. */
export interface CheckedRun {
  readonly generation: number;
  readonly store: Store;
  readonly stages: readonly CheckedStage[];
  readonly found: Findings;
}

/** Whether the output is complete, with the _SUCCESS of every run. */
export async function checkOutput(check: OutputCheck): Promise<boolean> {
  const { store, found } = check;
  const runs = runsOf(check);
  const promotable = new Map(runs.flatMap(promotableOf));
  const promoted = new Set([...(await store.list('data/')), ...(await store.list('failed/'))]);
  for (const path of promoted) {
    const file = promotable.get(path);
    if (!file) found.add(path, 'no manifest of the last stage names it: readers would take it for output');
    else await checkFile(store, { path, bytes: file.bytes, sha256: file.sha256 }, found);
  }

  let areComplete = true;
  for (const run of runs) areComplete = (await checkSuccess(run, promoted, found)) && areComplete;
  if (runs.every(isCommitted)) await checkManifests(check, runs);
  return areComplete;
}

/** The runs of an output, in order. */
export function runsOf({ store, checked, generations, found }: Omit<OutputCheck, 'isCleaned'>): CheckedRun[] {
  const first: CheckedRun = { generation: 0, store, stages: checked, found };
  const later = generations.map(
    ({ number, stages }): CheckedRun => ({
      generation: number,
      store: generationStore(store, number),
      stages,
      found: findingsIn(found, generationFolder(number)),
    }),
  );
  return [first, ...later];
}

const isCommitted = ({ stages }: CheckedRun): boolean =>
  stages.every(({ planned, committed, shards }) => planned && committed.length >= shards);

/** The committed files of a run, by the paths that readers see. */
function promotableOf({ generation, stages }: CheckedRun): [string, CommittedFile][] {
  const last = stages.at(-1);
  if (!last?.planned) return [];
  return last.committed.flatMap(({ shard, rows, failures }) => {
    const files: [string, CommittedFile][] = [
      [outputPaths.data(shard, last.shards, formatOf(rows.path), generation), rows],
      [outputPaths.failed(shard, generation), failures],
    ];
    return files.filter(([, { count }]) => count > 0);
  });
}

/** Whether a run has its _SUCCESS. Then all of it must be there. */
async function checkSuccess(run: CheckedRun, promoted: ReadonlySet<string>, foundInOutput: Findings): Promise<boolean> {
  const { store, stages, found } = run;
  const manifest = await attempt(found, outputPaths.manifest, () => readOutputManifest(store));
  if (!(await attempt(found, outputPaths.success, () => isComplete(store)))) return false;
  for (const [path] of promotableOf(run))
    if (!promoted.has(path)) foundInOutput.add(path, 'it is missing, though _SUCCESS exists');
  for (const { stage, planned, committed, shards } of stages) {
    if (!planned || committed.length < shards)
      found.add(outputPaths.success, `it exists, though stage ${stage} is not complete`);
  }
  if (manifest === null && (await store.read(outputPaths.manifest)) === null)
    found.add(outputPaths.manifest, 'it is missing, though _SUCCESS exists');
  return true;
}

/** Holds the stored _MANIFEST.json of every run against what the committed manifests come to. */
async function checkManifests(
  { store, job, codec, isCleaned, found }: OutputCheck,
  runs: readonly CheckedRun[],
): Promise<void> {
  if (isCleaned) return await checkFilesOfManifests(runs);
  const options = { job: job.name, store, codec, stages: job.stages, isDerived: true };
  const versions = await attempt(found, outputPaths.manifest, () => versionsOf(options));
  for (const version of versions ?? []) {
    const run = runs[version.generation];
    if (run && version.isFinished) await checkManifest(version, run.found);
  }
}

/** What a generation supersedes can be counted no more: only the files that each _MANIFEST.json lists are checked. */
async function checkFilesOfManifests(runs: readonly CheckedRun[]): Promise<void> {
  const expected: Record<string, unknown> = {};
  for (const run of runs) {
    for (const [path, { bytes, sha256: digest, count }] of promotableOf(run)) expected[path] = { bytes, digest, count };
    const manifest = await attempt(run.found, outputPaths.manifest, () => readOutputManifest(run.store));
    if (!manifest) continue;
    const files = manifest.shards.flatMap(({ rows, failures }) => [rows, failures]).filter(({ count }) => count > 0);
    const stated = files.map(({ path, bytes, sha256: digest, count }) => [path, { bytes, digest, count }]);
    for (const difference of differences(Object.fromEntries(stated), expected))
      run.found.add(outputPaths.manifest, `its files, stated -> committed: ${difference}`);
  }
}

async function checkManifest({ folder, output }: OutputVersion, found: Findings): Promise<void> {
  const stated = await attempt(found, outputPaths.manifest, () => readOutputManifest(folder));
  if (!stated) return;
  for (const difference of differences(stated, output))
    found.add(outputPaths.manifest, `stated -> committed: ${difference}`);
  const { records, labelled, failed } = stated.totals;
  // Counted apart: what a generation supersedes is derived by the code that has written it.
  const rows = stated.shards.reduce((sum, shard) => sum + shard.rows.count, 0);
  if (labelled !== rows)
    found.add(outputPaths.manifest, `it says ${labelled} labelled records, its files have ${rows} rows`);
  if (records !== labelled + failed)
    found.add(
      outputPaths.manifest,
      `it says ${records} records, of which ${labelled} are labelled and ${failed} failed`,
    );
}
