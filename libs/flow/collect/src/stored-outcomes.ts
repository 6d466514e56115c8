/** Reads outcomes from the journals of a partition. */
import { IntegrityError, type Outcome, outcomeMessageSchema, refusalMessageSchema } from '@proofmill/contract';
import {
  type Frame,
  frameContent,
  frameReader,
  type Place,
  poisonOutcome,
  refusedOutcome,
  type ShardLedger,
} from '@proofmill/merge';
import type { ShardSources } from './shard-contents.ts';

/** Of the items to come, so many outcomes, or so many bytes of them, are read ahead: an item at a time would be a read each. */
const mostAhead = { items: 1024, bytes: 4 * 1024 * 1024 };

/** Frames nearer to each other than this are read together. */
const readGapBytes = 64 * 1024;
const readBytes = 8 * 1024 * 1024;

interface Wanted {
  readonly index: number;
  readonly place: Place;
}

/** The outcomes of a shard, for a reader that asks for those of `coming` in this order. What it has read, it forgets. */
export class StoredOutcomes {
  readonly #sources: ShardSources;
  readonly #ledger: ShardLedger;
  readonly #coming: Iterator<number>;
  /** The last item that was looked at ahead of its turn. */
  #last = -1;
  #ahead: ReadonlyMap<number, Frame> = new Map();

  constructor(sources: ShardSources, ledger: ShardLedger, coming: Iterable<number>) {
    this.#sources = sources;
    this.#ledger = ledger;
    this.#coming = coming[Symbol.iterator]();
  }

  /** The outcome of an item; undefined for one that is decided or missing. One that is not among those to come is read by itself. */
  async of(index: number): Promise<Outcome | undefined> {
    const holding = this.#ledger.holding(index);
    if (holding.state === 'poisoned') return poisonOutcome;
    if (!('place' in holding)) return undefined;
    if (index > this.#last) await this.#readAhead();
    const { place } = holding;
    const frame = this.#ahead.get(index) ?? (await this.#read([{ index, place }])).get(index);
    if (!frame) return undefined;
    return frame.kind === 'refusal'
      ? refused(frame.bytes)
      : outcomeIn(frame.bytes, this.#sources, this.#ledger, { index, epoch: place.epoch });
  }

  async #readAhead(): Promise<void> {
    this.#ahead = new Map();
    const wanted: Wanted[] = [];
    let bytes = 0;
    while (wanted.length < mostAhead.items && bytes < mostAhead.bytes) {
      const { done, value: index } = this.#coming.next();
      if (done) break;
      this.#last = index;
      const holding = this.#ledger.holding(index);
      if (!('place' in holding)) continue;
      wanted.push({ index, place: holding.place });
      bytes += holding.place.length;
    }
    this.#ahead = await this.#read(wanted);
  }

  async #read(wanted: readonly Wanted[]): Promise<Map<number, Frame>> {
    const frames = new Map<number, Frame>();
    const sorted = wanted.toSorted((a, b) => a.place.epoch - b.place.epoch || a.place.position - b.place.position);
    for (const neighbours of readTogether(sorted)) await readFrames(this.#sources, this.#ledger, neighbours, frames);
    return frames;
  }
}

/** Cuts a sorted list into runs of frames that one read of a journal gives. */
function* readTogether(wanted: readonly Wanted[]): Generator<[Wanted, ...Wanted[]]> {
  let run: [Wanted, ...Wanted[]] | null = null;
  let end = 0;
  for (const next of wanted) {
    const { epoch, position, length } = next.place;
    const first = run?.[0].place;
    const isNear =
      first?.epoch === epoch && position <= end + readGapBytes && position + length - first.position <= readBytes;
    if (run && isNear) run.push(next);
    else {
      if (run) yield run;
      run = [next];
    }
    end = position + length;
  }
  if (run) yield run;
}

/** Reads frames that are near each other, and copies them: what is between them is not kept. */
async function readFrames(
  { journals, codec, partition, folder }: ShardSources,
  ledger: ShardLedger,
  neighbours: readonly [Wanted, ...Wanted[]],
  frames: Map<number, Frame>,
): Promise<void> {
  const { shard } = ledger.entry;
  const first = neighbours[0].place;
  const last = (neighbours.at(-1) ?? neighbours[0]).place;
  const pieces: Uint8Array[] = [];
  const length = last.position + last.length - first.position;
  const changed = (index: number, cause?: unknown): IntegrityError =>
    new IntegrityError(
      `epoch ${first.epoch} of the journal of partition ${partition} has changed under item ${index} of shard ${shard}. Run the job again: what the journal no longer holds is asked again`,
      { object: folder.paths.journal(partition), cause },
    );
  try {
    for await (const piece of journals.read(partition, first.epoch, first.position, length)) pieces.push(piece);
  } catch (error) {
    throw error instanceof IntegrityError ? changed(neighbours[0].index, error) : error;
  }
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  for (const { index, place } of neighbours) {
    const from = place.position - first.position;
    const [frame] = frameReader(codec.crc32).feed(bytes.subarray(from, from + place.length));
    if (!frame || frame.shard !== shard || frame.index !== index) throw changed(index);
    frames.set(index, { ...frame, bytes: Buffer.from(frame.bytes) });
  }
}

/** The outcome of an item whose last refusal that counts is this one. */
const refused = (frame: Uint8Array): Outcome =>
  refusedOutcome(refusalMessageSchema.parse(frameContent(frame)).body.reason);

/**
 * The outcome in a frame. Ingest has validated it, and the bytes were on disk since, in a journal that another life of the
 * collector, perhaps of another version, may have written, or that somebody put there. Parsing also drops the fields that are not
 * ours, so that rows hold what the schema says and nothing that a worker added.
 */
function outcomeIn(
  frame: Uint8Array,
  { stage, partition, folder }: ShardSources,
  ledger: ShardLedger,
  { index, epoch }: { readonly index: number; readonly epoch: number },
): Outcome {
  const { shard } = ledger.entry;
  const { success, data } = outcomeMessageSchema.safeParse(frameContent(frame));
  if (!success || data.run !== stage.run || !ledger.matches(index, data.itemDigest)) {
    throw new IntegrityError(
      `epoch ${epoch} in ${folder.paths.journal(partition)} holds an outcome of another run, item or version for item ${index} of shard ${shard}. Remove that epoch's journal and run the job again: what it held is asked again`,
    );
  }
  const { body } = data;
  if (body.type === 'suspect')
    throw new IntegrityError(`item ${index} of shard ${shard} has a suspicion for an outcome`);
  return body;
}
