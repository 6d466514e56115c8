/**
 * Writes the plan of a stage: for each shard its pack and then its entry, and END last, all create-only. A planner that was
 * killed goes on where its last entry stands; a pack without an entry is made again and must be the same.
 */
import {
  bounds,
  type ChunkEntry,
  type Codec,
  ConfigurationError,
  IntegrityError,
  type PackLine,
  type PlanEnd,
  type PlanEntry,
  type Sizes,
  type Source,
  type StageFile,
  type StagePaths,
  type Store,
  sha256,
  sha256Pieces,
} from '@proofmill/contract';
import {
  chunkEntry,
  type Draft,
  duplicateFinder,
  encodePackLine,
  readEnd,
  readEntry,
  startsNewChunk,
} from '@proofmill/plan';
import type { PlanProgress } from './plan-progress.ts';
import { failedAtPlanning, type PlannedRecord } from './planned-records.ts';

export interface WritePlanOptions {
  readonly store: Store;
  readonly codec: Codec;
  readonly stage: StageFile;
  readonly paths: StagePaths;
  readonly sizes: Sizes;
  readonly records: AsyncIterator<PlannedRecord>;
  readonly progress: PlanProgress;
  readonly stop: AbortSignal;
}

const text = new TextEncoder();

/** Resolves when the plan is whole, or early when `stop` fires. */
export async function writePlan(options: WritePlanOptions): Promise<PlanEnd | null> {
  const { store, stage, paths, records, progress, stop } = options;
  const there = await readEnd(store, paths);
  if (there) {
    progress.ended(there);
    return there;
  }
  const totals = { shards: 0, records: 0, decided: 0 };
  let next = await records.next();
  while (!next.done) {
    if (stop.aborted) return null;
    const shard = totals.shards;
    const stored = await readEntry(store, paths, shard);
    let entry: PlanEntry;
    if (stored) {
      entry = stored.entry;
      for (let skipped = 0; skipped < entry.records; skipped += 1) {
        if (next.done)
          throw new IntegrityError(`${paths.entry(shard)} plans more records than there are: the corpus has changed`);
        next = await records.next();
      }
    } else {
      const written = await writeShard(options, shard, next.value);
      entry = written.entry;
      next = written.next;
    }
    totals.shards += 1;
    totals.records += entry.records;
    totals.decided += entry.chunks.reduce((sum, chunk) => sum + chunk.decided.length, 0);
    progress.shardPlanned();
  }
  const end: PlanEnd = { v: 1, run: stage.run, ...totals };
  await createSame(store, paths.end, text.encode(`${JSON.stringify(end)}\n`));
  progress.ended(end);
  return end;
}

async function writeShard(
  options: WritePlanOptions,
  shard: number,
  first: PlannedRecord,
): Promise<{ entry: PlanEntry; next: IteratorResult<PlannedRecord> }> {
  const { store, codec, stage, paths, sizes, records } = options;
  const chunks: ChunkEntry[] = [];
  const findDuplicate = duplicateFinder(stage.definition.kind);
  const draftOf = (planned: PackLine): Draft => {
    const encoded = encodePackLine(planned);
    const line = findDuplicate(planned, encoded.length);
    return line === planned ? { line, encoded } : { line, encoded: encodePackLine(line) };
  };
  let next: IteratorResult<PlannedRecord> = { done: false, value: first };
  let last: Source = first.source;
  let count = 0;
  let packBytes = 0;

  const closeChunk = async (drafts: Draft[]): Promise<Uint8Array> => {
    let frame = await soundFrame(codec, concat(drafts));
    if (frame.length > bounds.frameBytes && drafts.length === 1 && drafts[0]) {
      const replaced = tooLarge(drafts[0], frame.length);
      drafts = [replaced];
      frame = await soundFrame(codec, replaced.encoded);
    }
    chunks.push(chunkEntry(drafts, frame, packBytes));
    packBytes += frame.length;
    return frame;
  };

  async function* frames(): AsyncGenerator<Uint8Array> {
    let drafts: Draft[] = [];
    let chunkBytes = 0;
    let shardBytes = 0;
    for (let ends = false; !next.done && !ends; ) {
      const record: PlannedRecord = next.value;
      const { line, encoded } = draftOf(record.line(count));
      if (startsNewChunk(drafts.length, chunkBytes, encoded.length, sizes)) {
        yield await closeChunk(drafts);
        drafts = [];
        chunkBytes = 0;
      }
      drafts.push({ line, encoded });
      chunkBytes += encoded.length;
      shardBytes += record.bytes;
      count += 1;
      last = record.source;
      ends = record.endsShard ?? shardBytes >= sizes.shardBytes;
      next = await records.next();
    }
    yield await closeChunk(drafts);
  }

  const pack = await store.write(paths.pack(shard), frames());
  if (!pack.created) await mustBeSame(store, pack.path, pack.bytes, pack.sha256);
  const entry: PlanEntry = {
    v: 1,
    run: stage.run,
    shard,
    records: count,
    from: first.source,
    to: last,
    pack: { bytes: pack.bytes, sha256: pack.sha256 },
    chunks,
  };
  await createSame(store, paths.entry(shard), text.encode(`${JSON.stringify(entry)}\n`));
  return { entry, next };
}

/**
 * A frame that was seen to give its content back. A frame that nobody can read would be sent to worker after worker, each of
 * which drops it, without an end.
 */
async function soundFrame(codec: Codec, content: Uint8Array): Promise<Uint8Array> {
  const frame = await codec.compress(content);
  const again = await codec.decompress(frame, content.length);
  if (Buffer.compare(again, content) !== 0) {
    throw new IntegrityError('a chunk does not come back from its compressed frame: this machine is not to be trusted');
  }
  return frame;
}

function tooLarge(draft: Draft, frameBytes: number): Draft {
  const { line } = draft;
  if (!line.ask) return draft;
  const { source, sourceId } = line.item;
  const message = `its compressed frame has ${frameBytes} bytes, ${bounds.frameBytes} is the most a message carries`;
  const decided = failedAtPlanning('too-large', message);
  const replaced = { ask: false as const, index: line.index, source, sourceId, decided, prior: line.prior };
  return { line: replaced, encoded: encodePackLine(replaced) };
}

const concat = (drafts: readonly Draft[]): Uint8Array => Buffer.concat(drafts.map((draft) => draft.encoded));

/** Creates an object that has one possible content: another planner of the same run writes the same bytes. */
export async function createSame(store: Store, path: string, content: Uint8Array): Promise<void> {
  const { created } = await store.write(path, [content]);
  if (!created) await mustBeSame(store, path, content.length, sha256(content));
}

async function mustBeSame(store: Store, path: string, bytes: number, digest: string): Promise<void> {
  const hash = sha256Pieces();
  let length = 0;
  for await (const piece of store.stream(path)) {
    hash.update(piece);
    length += piece.length;
  }
  if (length !== bytes || hash.hex() !== digest) {
    throw new ConfigurationError(
      `${path} holds something else: the corpus has changed since it was planned, or the folder belongs to another run or version. Put the corpus back, or choose another output folder.`,
    );
  }
}
