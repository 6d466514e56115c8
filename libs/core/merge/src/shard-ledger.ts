/**
 * What the journals of a partition hold of one open shard: for each item the place of its first outcome, where first means
 * lowest epoch, then position. Texts stay on disk.
 *
 * An item's state, from the frames seen so far:
 *   missing    nothing, or fewer suspicions than it takes
 *   held       some journal has an outcome
 *   poisoned   suspicions of three different drives, the third before any outcome: the item fails as `poison`
 */
import { bounds, type PlanEntry } from '@proofmill/contract';

/** Where a frame is in the journals of a partition. */
export interface Place {
  readonly epoch: number;
  readonly position: number;
  readonly length: number;
}

interface Suspicion {
  readonly epoch: number;
  readonly position: number;
  readonly drive: number;
}

export type Holding =
  | { readonly state: 'missing' | 'decided' | 'poisoned' }
  | { readonly state: 'held'; readonly place: Place };

export interface ShardLedger {
  readonly entry: PlanEntry;
  /** Items without an outcome. */
  readonly remaining: number;
  /** Takes a frame; says whether it changed anything. The order in which frames are taken does not matter. */
  take(index: number, suspectDrive: number, place: Place): 'first' | 'duplicate' | 'out of range';
  holding(index: number): Holding;
  /** Indexes of a chunk without an outcome, ascending. */
  missing(chunk: number): number[];
  /** How many different drives of an item ended with a dead engine. */
  suspicions(index: number): number;
  /** The highest drive that ended with a dead engine and the item in it; 0 for none. */
  lastAccused(index: number): number;
  /** Whether a drive of the item is known to have ended with a dead engine. */
  accused(index: number, drive: number): boolean;
  /** Whether the digest of an outcome is that of the planned item. */
  matches(index: number, itemDigest: string): boolean;
}

const digestBytes = 8;

export const shardLedger = (entry: PlanEntry): ShardLedger => new Ledger(entry);

type Position = Pick<Place, 'epoch' | 'position'>;

const isEarlier = (a: Position, b: Position): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.position < b.position);

/** Arrays by index: a shard has up to hundreds of thousands of items, and several are open. Epoch 0 is no outcome. */
class Ledger implements ShardLedger {
  readonly entry: PlanEntry;
  readonly #epochs: Uint32Array;
  readonly #positions: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #decided: Uint8Array;
  readonly #digests: Buffer;
  readonly #suspicions = new Map<number, Suspicion[]>();
  #remaining: number;

  constructor(entry: PlanEntry) {
    const { records } = entry;
    this.entry = entry;
    this.#epochs = new Uint32Array(records);
    this.#positions = new Float64Array(records);
    this.#lengths = new Uint32Array(records);
    this.#decided = new Uint8Array(records);
    this.#digests = Buffer.alloc(records * digestBytes);
    this.#remaining = records;
    for (const { first, digests, decided } of entry.chunks) {
      Buffer.from(digests, 'base64').copy(this.#digests, first * digestBytes);
      for (const index of decided) this.#decided[index] = 1;
      this.#remaining -= decided.length;
    }
  }

  get remaining(): number {
    return this.#remaining;
  }

  take(index: number, suspectDrive: number, place: Place): 'first' | 'duplicate' | 'out of range' {
    if (index >= this.entry.records || this.#decided[index]) return 'out of range';
    const wasMissing = this.holding(index).state === 'missing';
    const taken = suspectDrive > 0 ? this.#takeSuspicion(index, suspectDrive, place) : this.#takeOutcome(index, place);
    if (wasMissing && this.holding(index).state !== 'missing') this.#remaining -= 1;
    return taken;
  }

  holding(index: number): Holding {
    if (this.#decided[index]) return { state: 'decided' };
    const epoch = this.#epochs[index] ?? 0;
    const last = this.#lastSuspicion(index);
    if (epoch === 0) return { state: last ? 'poisoned' : 'missing' };
    const place = { epoch, position: this.#positions[index] ?? 0, length: this.#lengths[index] ?? 0 };
    return last && isEarlier(last, place) ? { state: 'poisoned' } : { state: 'held', place };
  }

  missing(chunk: number): number[] {
    const { first, count } = this.entry.chunks[chunk] ?? { first: 0, count: 0 };
    const indexes: number[] = [];
    for (let index = first; index < first + count; index += 1) {
      if (this.holding(index).state === 'missing') indexes.push(index);
    }
    return indexes;
  }

  suspicions(index: number): number {
    return new Set(this.#suspicions.get(index)?.map(({ drive }) => drive)).size;
  }

  lastAccused(index: number): number {
    return Math.max(0, ...(this.#suspicions.get(index)?.map(({ drive }) => drive) ?? []));
  }

  accused(index: number, drive: number): boolean {
    return this.#suspicions.get(index)?.some((suspicion) => suspicion.drive === drive) ?? false;
  }

  matches(index: number, itemDigest: string): boolean {
    const known = this.#digests.subarray(index * digestBytes, (index + 1) * digestBytes);
    return index < this.entry.records && known.toString('hex') === itemDigest.slice(0, 2 * digestBytes);
  }

  #takeOutcome(index: number, { epoch, position, length }: Place): 'first' | 'duplicate' {
    const known = { epoch: this.#epochs[index] ?? 0, position: this.#positions[index] ?? 0 };
    const isKnown = known.epoch > 0;
    if (isKnown && !isEarlier({ epoch, position }, known)) return 'duplicate';
    this.#epochs[index] = epoch;
    this.#positions[index] = position;
    this.#lengths[index] = length;
    return isKnown ? 'duplicate' : 'first';
  }

  #takeSuspicion(index: number, drive: number, { epoch, position }: Place): 'first' | 'duplicate' {
    const known = this.#suspicions.get(index) ?? [];
    if (known.some((suspicion) => suspicion.epoch === epoch && suspicion.position === position)) return 'duplicate';
    known.push({ epoch, position, drive });
    known.sort((a, b) => (isEarlier(a, b) ? -1 : 1));
    this.#suspicions.set(index, known);
    return 'first';
  }

  /** The suspicion that made the item fail, when there are enough of them. */
  #lastSuspicion(index: number): Suspicion | undefined {
    const drives = new Set<number>();
    for (const suspicion of this.#suspicions.get(index) ?? []) {
      drives.add(suspicion.drive);
      if (drives.size >= bounds.suspicions) return suspicion;
    }
    return undefined;
  }
}
