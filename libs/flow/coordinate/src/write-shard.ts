/** Writes one shard of the plan: cuts records into chunks, compresses each into a frame of the pack, and enters all of it. */
import {
  bounds,
  type ChunkEntry,
  type Codec,
  IntegrityError,
  itemId,
  type PackLine,
  type PlanEntry,
  type Sizes,
  type Source,
  type StageFile,
} from '@proofmill/contract';
import { createEntry, type StageFolder, writePack } from '@proofmill/folder';
import {
  chunkEntry,
  type Draft,
  duplicateFinder,
  encodePackLine,
  isShardFull,
  itemsOfChunk,
  startsNewChunk,
} from '@proofmill/plan';
import { failedAtPlanning } from './planned-records.ts';
import type { RecordQueue } from './record-queue.ts';

export interface WriteShardOptions {
  readonly folder: StageFolder;
  readonly codec: Codec;
  readonly stage: StageFile;
  readonly sizes: Sizes;
  /** The shard by which the ids of the first one go. Default: 0. */
  readonly firstShard?: number;
}

/** Takes records off the queue until the shard is full. The queue must not be empty. */
export async function writeShard(options: WriteShardOptions, records: RecordQueue, shard: number): Promise<PlanEntry> {
  const { folder, stage } = options;
  const cutter = new ShardCutter(options, shard);
  const pack = await writePack(folder, shard, cutter.frames(records));
  const entry: PlanEntry = { v: 1, run: stage.run, shard, ...cutter.cut(), pack, chunks: cutter.chunks };
  await createEntry(folder, entry);
  return entry;
}

/** Cuts one shard. What it counts is complete when its frames have been taken to the end. */
class ShardCutter {
  readonly chunks: ChunkEntry[] = [];
  readonly #options: WriteShardOptions;
  readonly #shard: number;
  readonly #findDuplicate: (line: PackLine, bytes: number) => PackLine;
  #records = 0;
  #failed = 0;
  #packBytes = 0;
  #from: Source | null = null;
  #to: Source | null = null;

  constructor(options: WriteShardOptions, shard: number) {
    this.#options = options;
    this.#shard = shard;
    this.#findDuplicate = duplicateFinder(options.stage.definition.kind);
  }

  /** The frames of the shard's chunks, in order. */
  async *frames(records: RecordQueue): AsyncGenerator<Uint8Array> {
    const { sizes } = this.#options;
    let drafts: Draft[] = [];
    let chunk = { bytes: 0, mostItems: itemsOfChunk(sizes, records.left) };
    let shardBytes = 0;
    for (let isFull = false; records.head && !isFull; await records.advance()) {
      const record = records.head;
      const draft = this.#draftOf(this.#identified(record.line(this.#records), record.id));
      if (startsNewChunk({ ...chunk, items: drafts.length }, draft.encoded.length, sizes)) {
        yield await this.#closeChunk(drafts);
        drafts = [];
        chunk = { bytes: 0, mostItems: itemsOfChunk(sizes, records.left) };
      }
      drafts.push(draft);
      chunk.bytes += draft.encoded.length;
      shardBytes += record.bytes;
      this.#records += 1;
      this.#from ??= record.source;
      this.#to = record.source;
      isFull = record.endsShard ?? isShardFull({ records: this.#records, bytes: shardBytes }, sizes);
    }
    yield await this.#closeChunk(drafts);
  }

  /** What was cut, when all frames have been taken. */
  cut(): Pick<PlanEntry, 'records' | 'from' | 'to' | 'failed'> {
    if (!this.#from || !this.#to) throw new RangeError('a shard begins with a record');
    return { records: this.#records, from: this.#from, to: this.#to, failed: this.#failed };
  }

  /** A line carries an id only where its place does not say it. */
  #identified(line: PackLine, given?: string): PackLine {
    const id = given ?? itemId((this.#options.firstShard ?? 0) + this.#shard, line.index);
    return id === itemId(this.#shard, line.index) ? line : { ...line, id };
  }

  #draftOf(planned: PackLine): Draft {
    const encoded = encodePackLine(planned);
    const line = this.#findDuplicate(planned, encoded.length);
    return line === planned ? { line, encoded } : { line, encoded: encodePackLine(line) };
  }

  async #closeChunk(drafts: readonly Draft[]): Promise<Uint8Array> {
    const { codec } = this.#options;
    const frame = await soundFrame(codec, Buffer.concat(drafts.map(({ encoded }) => encoded)));
    const [only] = drafts;
    if (frame.length > bounds.frameBytes && drafts.length === 1 && only) {
      const decided = tooLarge(only, frame.length);
      return this.#enter([decided], await soundFrame(codec, decided.encoded));
    }
    return this.#enter(drafts, frame);
  }

  #enter(drafts: readonly Draft[], frame: Uint8Array): Uint8Array {
    this.#failed += drafts.filter(({ line }) => !line.ask && line.decided.type === 'failed').length;
    this.chunks.push(chunkEntry(drafts, frame, this.#packBytes));
    this.#packBytes += frame.length;
    return frame;
  }
}

/**
 * A compressed frame that has been decompressed and compared. An unreadable one would be sent to worker after worker without
 * an end, and each would drop it.
 */
async function soundFrame(codec: Codec, content: Uint8Array): Promise<Uint8Array> {
  const frame = await codec.compress(content);
  const restored = await codec.decompress(frame, content.length);
  if (Buffer.compare(restored, content) !== 0) {
    throw new IntegrityError('a chunk does not come back from its compressed frame: this machine cannot be trusted');
  }
  return frame;
}

/** The record of a chunk whose frame no message carries, decided as a failure. */
function tooLarge(draft: Draft, frameBytes: number): Draft {
  const { line } = draft;
  if (!line.ask) return draft;
  const { id, index, prior } = line;
  const { source, sourceId } = line.item;
  const message = `its compressed frame has ${frameBytes} bytes, ${bounds.frameBytes} is the most a message carries`;
  const decided = failedAtPlanning('too-large', message);
  const replaced = { ask: false as const, index, id, source, sourceId, decided, prior };
  return { line: replaced, encoded: encodePackLine(replaced) };
}
