/** The end of a job: the last stage's files are promoted to data/ and failed/, then the card and its pictures, the totals, and _SUCCESS. */
import {
  type CommittedFile,
  IntegrityError,
  type Job,
  type Manifest,
  type OutputManifest,
  outputPaths,
  type StageFile,
  type Store,
  sha256,
  stagePaths,
  type Totals,
} from '@proofmill/contract';
import { readEnd, readManifest } from '@proofmill/plan';
import { addTotals, datasetCard, emptyTotals, healthPicture } from '@proofmill/stats';
import { createSame } from './write-plan.ts';

const text = new TextEncoder();

/**
 * Finishes a job whose stages are all committed. Idempotent: anyone may do it, any number of times, also after a crash in the
 * middle of it.
 */
export async function finish(options: {
  job: Job;
  store: Store;
  stages: readonly StageFile[];
}): Promise<OutputManifest> {
  const { job, store, stages } = options;
  const runs: OutputManifest['runs'] = [];
  const shards: OutputManifest['shards'] = [];
  for (const [position, stage] of stages.entries()) {
    const totals = emptyTotals();
    for await (const manifest of manifestsOf(store, stage)) {
      addTotals(totals, manifest.totals);
      if (position === stages.length - 1) shards.push(await promote(store, stage, manifest));
    }
    runs.push({ stage: stage.definition.name, run: stage.run, totals });
  }
  const totals = jobTotals(runs.map((run) => run.totals));
  const output: OutputManifest = { v: 1, job: job.metadata.name, runs, shards, totals };
  const bytes = text.encode(`${JSON.stringify(output, null, 1)}\n`);
  // People edit the card: what is there is left alone, and so are its pictures.
  for (const theme of ['light', 'dark'] as const)
    await store.write(outputPaths.healthPicture[theme], [text.encode(healthPicture(totals, theme))]);
  await store.write(outputPaths.card, [text.encode(datasetCard(output, stages))]);
  await createSame(store, outputPaths.manifest, bytes);
  await createSame(
    store,
    outputPaths.success,
    text.encode(`${JSON.stringify({ v: 1, manifestSha256: sha256(bytes) })}\n`),
  );
  return output;
}

/** The counts of the whole job: rows as the last stage left them, tokens of all stages. */
export function jobTotals(stages: readonly Totals[]): Totals {
  const last = stages.at(-1) ?? emptyTotals();
  const tokens = { prompt: 0, completion: 0 };
  for (const totals of stages) {
    tokens.prompt += totals.tokens.prompt;
    tokens.completion += totals.tokens.completion;
  }
  return { ...last, tokens };
}

/** The manifests of a stage that is complete. IntegrityError where one is missing. */
async function* manifestsOf(store: Store, stage: StageFile): AsyncGenerator<Manifest> {
  const paths = stagePaths(stage.definition.name);
  const end = await readEnd(store, paths);
  if (!end) throw new IntegrityError(`${paths.end} is missing`);
  for (let shard = 0; shard < end.shards; shard += 1) {
    const manifest = await readManifest(store, paths, shard);
    if (!manifest) throw new IntegrityError(`${paths.manifest(shard)} is missing`);
    yield manifest;
  }
}

/** A file without lines is not promoted: readers of JSON lines refuse empty files. */
async function promote(store: Store, stage: StageFile, manifest: Manifest): Promise<OutputManifest['shards'][number]> {
  const end = await readEnd(store, stagePaths(stage.definition.name));
  const { shard } = manifest;
  const to = async (file: CommittedFile, path: string): Promise<CommittedFile> => {
    if (file.count > 0) await store.promote(file.path, path);
    return { ...file, path };
  };
  return {
    shard,
    rows: await to(manifest.rows, outputPaths.data(shard, end?.shards ?? 0)),
    failures: await to(manifest.failures, outputPaths.failed(shard)),
  };
}
