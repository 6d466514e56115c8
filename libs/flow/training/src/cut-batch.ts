/** Cuts the batch of a round out of a corpus: its part of the prompts, without those that the round may not see. */
import {
  type BatchFile,
  batchFileSchema,
  ConfigurationError,
  type Corpus,
  type Item,
  type Store,
} from '@proofmill/contract';
import { BenchmarkHits, type BenchmarkPrompts } from '@proofmill/export-rows';
import { createSame, jsonLines, objectBytes, readObject } from '@proofmill/folder';
import { batchRecord, isHeldOut, partOf, promptNumber } from '@proofmill/rounds';
import { type CorpusSpec, corpusItems } from './corpus-items.ts';
import { createFile } from './create-file.ts';

export interface BatchWanted {
  readonly corpus: Corpus;
  readonly spec: CorpusSpec;
  readonly part: number;
  readonly parts: number;
  readonly items: number;
  /** Share of the prompts whose gold labels are held out; null where the gold label is what the batch is for. */
  readonly goldShare: number | null;
  /** Pairs that are held out beside those of the corpus; null for none. */
  readonly gold: { readonly corpus: Corpus; readonly spec: CorpusSpec } | null;
  /** What judges are measured on. */
  readonly measured: BenchmarkPrompts;
  /** Numbers of the prompts of the seed data. */
  readonly started: ReadonlySet<number>;
}

export const batchPaths = {
  done: 'batch/BATCH.json',
  pairs: 'batch/pairs.jsonl',
  heldOut: 'batch/held-out.jsonl',
} as const;

/**
 * Writes the batch below `folder`, unless it is complete. Pairs that are held out are in a file of their own, as nobody trains on them.
 * @throws {ConfigurationError} where a corpus has changed since an unfinished attempt
 */
export async function cutBatch(store: Store, folder: string, wanted: BatchWanted): Promise<BatchFile> {
  const done = `${folder}/${batchPaths.done}`;
  const existing = await readObject(store, done, batchFileSchema);
  if (existing) return existing;
  const { part, parts } = wanted;
  const cutting = cuttingOf(wanted);
  const files = [await createFile(store, `${folder}/${batchPaths.pairs}`, jsonLines(pairsOf(wanted, cutting)))];
  if (cutting.counts.heldOut > 0 || wanted.gold)
    files.push(await createFile(store, `${folder}/${batchPaths.heldOut}`, jsonLines(heldOutPairs(wanted, cutting))));
  const batch: BatchFile = {
    v: 1,
    ...{ part, parts, counts: cutting.counts, benchmarks: cutting.hits.costs() },
    files: files.map(({ path, bytes, sha256 }) => ({ path: path.slice(folder.length + 1), bytes, sha256 })),
  };
  await createSame(store, done, objectBytes(batch, 1));
  return batch;
}

interface Cutting {
  readonly counts: BatchFile['counts'];
  readonly hits: BenchmarkHits;
}

const cuttingOf = ({ measured }: BatchWanted): Cutting => ({
  counts: {
    ...{ read: 0, unreadable: 0, otherParts: 0, evaluated: 0, sharedWords: 0, started: 0 },
    ...{ items: 0, heldOut: 0, gold: 0, goldUnusable: 0 },
  },
  hits: new BenchmarkHits(measured.names),
});

/** The pairs of the batch in the order of the corpus, with those that are held out. */
async function* taken(
  wanted: BatchWanted,
  { counts, hits }: Cutting,
): AsyncGenerator<{ readonly item: Item; readonly held: boolean }> {
  const { corpus, spec, part, parts, items, goldShare, measured, started } = wanted;
  for await (const item of corpusItems(corpus, spec)) {
    if (counts.items + counts.heldOut >= items) return;
    counts.read += 1;
    const number = item && promptNumber(item.prompt);
    if (!item || number === null) counts.unreadable += 1;
    else if (partOf(number, parts) !== part) counts.otherParts += 1;
    else if (leavesFor(measured, item, counts, hits)) continue;
    else if (started.has(number)) counts.started += 1;
    else {
      const held = goldShare !== null && isHeldOutGold(item) && isHeldOut(number, goldShare);
      counts[held ? 'heldOut' : 'items'] += 1;
      yield { item, held };
    }
  }
}

async function* pairsOf(wanted: BatchWanted, cutting: Cutting): AsyncGenerator<object> {
  for await (const { item, held } of taken(wanted, cutting))
    if (!held) yield batchRecord(item, wanted.goldShare === null);
}

/** Whether a pair is left out for the sake of what judges are measured on, and counts it. */
export function leavesFor(
  measured: BenchmarkPrompts,
  { prompt }: Item,
  counts: { evaluated: number; sharedWords: number },
  hits: BenchmarkHits,
): boolean {
  const hit = measured.find(prompt);
  if (!hit) return false;
  hits.add(hit);
  counts[hit.by === 'benchmark-prompt' ? 'evaluated' : 'sharedWords'] += 1;
  return true;
}

/** The pairs of the corpus that are held out, then those of the held-out gold. The corpus is read again: no batch has to fit into memory. */
async function* heldOutPairs(wanted: BatchWanted, { counts }: Cutting): AsyncGenerator<object> {
  const again = cuttingOf(wanted);
  if (counts.heldOut > 0)
    for await (const { item, held } of taken(wanted, again)) if (held) yield batchRecord(item, true);
  if (again.counts.heldOut !== counts.heldOut)
    throw new ConfigurationError(
      `the corpus of the batch has changed while it was read: it had ${counts.heldOut} pairs to hold out, and then ${again.counts.heldOut}. Remove the folder of the batch, and run the loop again once the corpus stays as it is`,
    );
  const { gold } = wanted;
  if (!gold) return;
  for await (const item of corpusItems(gold.corpus, gold.spec)) {
    const isUsable = item !== null && isHeldOutGold(item);
    counts[isUsable ? 'gold' : 'goldUnusable'] += 1;
    if (isUsable) yield batchRecord(item, true);
  }
}

/** Whether a pair says which label is wrong. */
export const isHeldOutGold = ({ gold }: Item): boolean => gold !== null;

/** The numbers of the prompts of a corpus. */
export async function promptsOf(corpus: Corpus, spec: CorpusSpec): Promise<Set<number>> {
  const numbers = new Set<number>();
  for await (const item of corpusItems(corpus, spec)) if (item) numbers.add(promptNumber(item.prompt));
  return numbers;
}
