/** Reads outcomes from the journals of a partition. */
import { IntegrityError, type Outcome, outcomeMessageSchema, refusalMessageSchema } from '@proofmill/contract';
import {
  frameContent,
  frameReader,
  type Place,
  poisonOutcome,
  refusedOutcome,
  type ShardLedger,
} from '@proofmill/merge';
import type { ShardSources } from './shard-contents.ts';

/** Frames nearer to each other than this are read together. */
const readGapBytes = 64 * 1024;
const readBytes = 8 * 1024 * 1024;

interface Wanted {
  readonly index: number;
  readonly place: Place;
}

/** The outcomes of some items of a shard, by index. Decided and missing items have none. */
export async function storedOutcomes(
  sources: ShardSources,
  ledger: ShardLedger,
  indexes: ReadonlySet<number>,
): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  const wanted: Wanted[] = [];
  for (const index of indexes) {
    const holding = ledger.holding(index);
    if (holding.state === 'held' || holding.state === 'refused') wanted.push({ index, place: holding.place });
    else if (holding.state === 'poisoned') outcomes.set(index, poisonOutcome);
  }
  wanted.sort((a, b) => a.place.epoch - b.place.epoch || a.place.position - b.place.position);
  for (const neighbours of readTogether(wanted)) {
    await readOutcomes(sources, ledger, neighbours, outcomes);
  }
  return outcomes;
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

async function readOutcomes(
  sources: ShardSources,
  ledger: ShardLedger,
  neighbours: readonly [Wanted, ...Wanted[]],
  outcomes: Map<number, Outcome>,
): Promise<void> {
  const { journals, codec, partition, folder } = sources;
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
    outcomes.set(
      index,
      frame.kind === 'refusal'
        ? refused(frame.bytes)
        : outcomeIn(frame.bytes, sources, ledger, { index, epoch: first.epoch }),
    );
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
