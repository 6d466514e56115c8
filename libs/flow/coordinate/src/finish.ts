/** The end of a job: promotes the last stage's files to data/ and failed/, then writes the card and its pictures, the totals, and _SUCCESS. */
import {
  addTokens,
  type CommittedFile,
  type Job,
  type Manifest,
  type OutputManifest,
  outputPaths,
  type StageFile,
  type Store,
  type Totals,
} from '@proofmill/contract';
import { closeOutput, manifestsOf, requireEnd, stageFolder } from '@proofmill/folder';
import { addTotals, datasetCard, emptyTotals, healthPicture } from '@proofmill/stats';
import { costsOf } from './costs.ts';

const text = new TextEncoder();

/**
 * Finishes a job whose stages are all committed. Idempotent: anyone may do it, any number of times, also after a crash in
 * the middle of it.
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
    const isLast = position === stages.length - 1;
    const folder = stageFolder(store, stage.definition.name);
    const end = await requireEnd(folder);
    const totals = emptyTotals();
    for await (const manifest of manifestsOf(folder, end.shards)) {
      addTotals(totals, manifest.totals);
      if (isLast) shards.push(await promote(store, manifest, end.shards));
    }
    runs.push({ stage: stage.definition.name, run: stage.run, totals });
  }
  const totals = jobTotals(runs.map((run) => run.totals));
  const output: OutputManifest = { v: 1, job: job.metadata.name, runs, shards, totals };
  // People edit the card: an existing one is left alone, and so are its pictures.
  for (const theme of ['light', 'dark'] as const)
    await store.write(outputPaths.healthPicture[theme], [text.encode(healthPicture(totals, theme))]);
  await store.write(outputPaths.card, [text.encode(datasetCard(output, stages, costsOf(job, runs)))]);
  await closeOutput(store, output);
  return output;
}

/** The counts of the whole job: rows as the last stage left them, tokens of all stages. */
export function jobTotals(stages: readonly Totals[]): Totals {
  const last = stages.at(-1) ?? emptyTotals();
  const tokens = { prompt: 0, completion: 0 };
  for (const totals of stages) {
    addTokens(tokens, totals.tokens);
  }
  return { ...last, tokens };
}

/** A file without lines is not promoted: readers of JSON lines refuse empty files. */
async function promote(store: Store, manifest: Manifest, shards: number): Promise<OutputManifest['shards'][number]> {
  const { shard } = manifest;
  const to = async (file: CommittedFile, path: string): Promise<CommittedFile> => {
    if (file.count > 0) await store.promote(file.path, path);
    return { ...file, path };
  };
  return {
    shard,
    rows: await to(manifest.rows, outputPaths.data(shard, shards)),
    failures: await to(manifest.failures, outputPaths.failed(shard)),
  };
}
