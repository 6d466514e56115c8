/** Cuts the batch of a round out of a corpus: its part of the prompts, without those that the round may not see. */
import { type BatchFile, batchFileSchema, type Corpus, type Item, type Store } from '@proofmill/contract';
import { createSame, objectBytes, readObject } from '@proofmill/folder';
import { batchRecord, isHeldOut, partOf, promptNumber } from '@proofmill/rounds';
import { type CorpusSpec, corpusItems } from './corpus-items.ts';
import { createLines } from './create-lines.ts';

export interface BatchWanted {
  readonly corpus: Corpus;
  readonly spec: CorpusSpec;
  readonly part: number;
  readonly parts: number;
  readonly items: number;
  /** Share of the prompts whose gold labels are held out; null where the gold label is what the batch is for. */
  readonly goldShare: number | null;
  /** Numbers of the prompts of all evaluations, and of the seed data. */
  readonly evaluated: ReadonlySet<number>;
  readonly started: ReadonlySet<number>;
}

export const batchPaths = {
  done: 'batch/BATCH.json',
  pairs: 'batch/pairs.jsonl',
  heldOut: 'batch/held-out.jsonl',
} as const;

/**
 * Writes the batch below `folder`, unless it is complete. Pairs that are held out are in a file of their own, as nobody trains on them.
 * @throws {ConfigurationError} where the corpus has changed since an unfinished attempt
 */
export async function cutBatch(store: Store, folder: string, wanted: BatchWanted): Promise<BatchFile> {
  const done = `${folder}/${batchPaths.done}`;
  const existing = await readObject(store, done, batchFileSchema);
  if (existing) return existing;
  const { part, parts } = wanted;
  const counts = { read: 0, unreadable: 0, otherParts: 0, evaluated: 0, started: 0, items: 0, heldOut: 0 };
  const held: Item[] = [];
  const files = [await createLines(store, `${folder}/${batchPaths.pairs}`, pairsOf(wanted, counts, held))];
  if (held.length > 0) {
    const records = held.map((item) => batchRecord(item, true));
    files.push(await createLines(store, `${folder}/${batchPaths.heldOut}`, records));
  }
  const batch: BatchFile = {
    v: 1,
    ...{ part, parts, counts },
    files: files.map(({ path, bytes, sha256 }) => ({ path: path.slice(folder.length + 1), bytes, sha256 })),
  };
  await createSame(store, done, objectBytes(batch, 1));
  return batch;
}

/** The pairs that are not held out; those are added to `held`. */
async function* pairsOf(wanted: BatchWanted, counts: BatchFile['counts'], held: Item[]): AsyncGenerator<object> {
  const { corpus, spec, part, parts, items, goldShare, evaluated, started } = wanted;
  for await (const item of corpusItems(corpus, spec)) {
    if (counts.items + counts.heldOut >= items) return;
    counts.read += 1;
    const number = item && promptNumber(item.prompt);
    if (!item || number === null) counts.unreadable += 1;
    else if (partOf(number, parts) !== part) counts.otherParts += 1;
    else if (evaluated.has(number)) counts.evaluated += 1;
    else if (started.has(number)) counts.started += 1;
    else if (goldShare !== null && item.gold !== null && isHeldOut(number, goldShare)) {
      counts.heldOut += 1;
      held.push(item);
    } else {
      counts.items += 1;
      yield batchRecord(item, goldShare === null);
    }
  }
}

/** The numbers of the prompts of a corpus. */
export async function promptsOf(corpus: Corpus, spec: CorpusSpec): Promise<Set<number>> {
  const numbers = new Set<number>();
  for await (const item of corpusItems(corpus, spec)) if (item) numbers.add(promptNumber(item.prompt));
  return numbers;
}
