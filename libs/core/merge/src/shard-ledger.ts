/**
 * What the journals of a partition hold of one open shard: for each item the place of its first outcome, where first means
 * lowest epoch, then position. Texts stay on disk.
 *
 * An item's state, from the frames seen so far:
 *   missing    nothing, or fewer suspicions than it takes
 *   held       an outcome lies in some journal
 *   poisoned   suspicions of three different drives, the third before any outcome: the item fails as `poison`
 */
import { bounds, type PlanEntry } from '@proofmill/contract';

/** Where a frame lies. */
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
  /** Items that still miss an outcome. */
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

const DIGEST_BYTES = 8;

export function shardLedger(entry: PlanEntry): ShardLedger {
  const count = entry.records;
  const epochs = new Uint32Array(count);
  const positions = new Float64Array(count);
  const lengths = new Uint32Array(count);
  const decided = new Uint8Array(count);
  const digests = Buffer.alloc(count * DIGEST_BYTES);
  const suspicions = new Map<number, Suspicion[]>();
  let remaining = count;

  for (const chunk of entry.chunks) {
    Buffer.from(chunk.digests, 'base64').copy(digests, chunk.first * DIGEST_BYTES);
    for (const index of chunk.decided) {
      decided[index] = 1;
      remaining -= 1;
    }
  }

  const earlier = (a: { epoch: number; position: number }, b: { epoch: number; position: number }): boolean =>
    a.epoch < b.epoch || (a.epoch === b.epoch && a.position < b.position);

  /** The suspicion that made the item fail, when there are enough of them. */
  const lastStraw = (index: number): Suspicion | undefined => {
    const drives = new Set<number>();
    for (const suspicion of suspicions.get(index) ?? []) {
      drives.add(suspicion.drive);
      if (drives.size >= bounds.suspicions) return suspicion;
    }
    return undefined;
  };

  const holding = (index: number): Holding => {
    if (decided[index]) return { state: 'decided' };
    const epoch = epochs[index] ?? 0;
    const straw = lastStraw(index);
    if (epoch === 0) return { state: straw ? 'poisoned' : 'missing' };
    const place = { epoch, position: positions[index] ?? 0, length: lengths[index] ?? 0 };
    return straw && earlier(straw, place) ? { state: 'poisoned' } : { state: 'held', place };
  };

  return {
    entry,
    get remaining() {
      return remaining;
    },

    take(index, suspectDrive, place) {
      if (index >= count || decided[index]) return 'out of range';
      const wasMissing = holding(index).state === 'missing';
      if (suspectDrive > 0) {
        const known = suspicions.get(index) ?? [];
        if (known.some((one) => one.epoch === place.epoch && one.position === place.position)) return 'duplicate';
        known.push({ epoch: place.epoch, position: place.position, drive: suspectDrive });
        known.sort((a, b) => (earlier(a, b) ? -1 : 1));
        suspicions.set(index, known);
        if (wasMissing && holding(index).state === 'poisoned') remaining -= 1;
        return 'first';
      }
      const epoch = epochs[index] ?? 0;
      const known = { epoch, position: positions[index] ?? 0 };
      if (epoch > 0 && !earlier(place, known)) return 'duplicate';
      epochs[index] = place.epoch;
      positions[index] = place.position;
      lengths[index] = place.length;
      if (wasMissing) remaining -= 1;
      return epoch > 0 ? 'duplicate' : 'first';
    },

    holding,

    missing(chunk) {
      const { first, count: items } = entry.chunks[chunk] ?? { first: 0, count: 0 };
      const indexes: number[] = [];
      for (let index = first; index < first + items; index += 1) {
        if (holding(index).state === 'missing') indexes.push(index);
      }
      return indexes;
    },

    suspicions: (index) => new Set(suspicions.get(index)?.map((one) => one.drive)).size,

    lastAccused: (index) => Math.max(0, ...(suspicions.get(index)?.map((one) => one.drive) ?? [])),

    accused: (index, drive) => suspicions.get(index)?.some((one) => one.drive === drive) ?? false,

    matches: (index, itemDigest) =>
      index < count &&
      digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES).toString('hex') ===
        itemDigest.slice(0, 2 * DIGEST_BYTES),
  };
}
