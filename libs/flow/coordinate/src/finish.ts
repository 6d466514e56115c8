/** The end of a job: promotes committed files to data/ and failed/, then writes the card and its pictures, the totals, and _SUCCESS. */
import {
  generationFolder,
  type Job,
  type OutputManifest,
  outputPaths,
  type StageFile,
  type Store,
  sha256,
} from '@proofmill/contract';
import { closeOutput, generationStore, isCleaned, isComplete, type OutputVersion, versionsOf } from '@proofmill/folder';
import { datasetCard, healthPicture } from '@proofmill/stats';
import type { Coordinated } from './coordinate.ts';
import { brokenLimit } from './limits.ts';

const text = new TextEncoder();

/**
 * Finishes a job whose stages are all committed, with its generations that are. Idempotent: anyone may do it, any number of
 * times, also after a crash in the middle of it. Gives the output as it is now.
 */
export async function finish(options: {
  job: Job;
  store: Store;
  stages: readonly StageFile[];
}): Promise<OutputManifest> {
  const versions = await versionsOf({ ...options, job: options.job.metadata.name });
  for (const [number, version] of versions.entries()) {
    await promote(options.store, version);
    if (!version.isFinished) await close(options, version, versions[number - 1]?.output ?? null);
  }
  return (versions.at(-1) ?? versions[0]).output;
}

/** Finishes a job, unless the whole output breaks a limit of it. What is complete is complete, whatever the limits are now. */
export async function finishWithinLimits(options: {
  job: Job;
  store: Store;
  stages: readonly StageFile[];
}): Promise<Coordinated> {
  const reason = await limitBrokenBy(options);
  return reason === null
    ? { ended: 'done', output: await finish(options) }
    : { ended: 'limit', reason, isAllAsked: true };
}

/** Which limit keeps an output whose records all have an outcome from being complete, in a sentence; null for none. */
export async function limitBrokenBy(options: {
  job: Job;
  store: Store;
  stages: readonly StageFile[];
}): Promise<string | null> {
  const { job, store } = options;
  if (await isComplete(store)) return null;
  const versions = await versionsOf({ ...options, job: job.metadata.name });
  const { totals } = (versions.at(-1) ?? versions[0]).output;
  return brokenLimit(job, totals, totals);
}

async function promote(store: Store, { generation, promotions, isFinished }: OutputVersion): Promise<void> {
  if (isFinished && (await isCleaned(store))) return;
  for (const { from, to } of promotions) await store.promote(pathInOutput(generation, from), to);
}

async function close(
  { store, stages }: { store: Store; stages: readonly StageFile[] },
  { folder, output, generation }: OutputVersion,
  before: OutputManifest | null,
): Promise<void> {
  const earlier = before ? pages(before, stages) : null;
  for (const [path, page] of pages(output, stages)) await writePage(store, path, page, generation, earlier?.get(path));
  await closeOutput(folder, output);
}

const pathInOutput = (generation: number, path: string): string =>
  generation === 0 ? path : `${generationFolder(generation)}/${path}`;

/** The card and its pictures, by path. */
const pages = (output: OutputManifest, stages: readonly StageFile[]): Map<string, Uint8Array> =>
  new Map([
    [outputPaths.healthPicture.light, text.encode(healthPicture(output.totals, 'light'))],
    [outputPaths.healthPicture.dark, text.encode(healthPicture(output.totals, 'dark'))],
    [outputPaths.card, text.encode(datasetCard(output, stages))],
  ]);

/**
 * Writes a page of the card, or replaces it where it is still the one of the version before. People edit the card: one that
 * they changed is left alone, and what a generation would have written is put into its folder.
 */
async function writePage(
  store: Store,
  path: string,
  page: Uint8Array,
  generation: number,
  earlier: Uint8Array | undefined,
): Promise<void> {
  const existing = await store.read(path);
  if (existing && earlier && sha256(existing) === sha256(earlier)) await store.remove(path);
  else if (existing && generation > 0 && sha256(existing) !== sha256(page)) {
    await generationStore(store, generation).write(path, [page]);
    return;
  }
  await store.write(path, [page]);
}
