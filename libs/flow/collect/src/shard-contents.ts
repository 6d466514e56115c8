/** The joined records of a shard, chunk by chunk, from its pack and the outcomes in the journals. */
import {
  bounds,
  type Codec,
  IntegrityError,
  type Journals,
  type Outcome,
  outcomeMessageSchema,
  type PackLine,
  type StageFile,
  type StagePaths,
  type Store,
  sha256,
} from '@proofmill/contract';
import { imitationsIn, ordersDisagree } from '@proofmill/judge';
import {
  frameContent,
  frameReader,
  type Joined,
  joinOutcome,
  judgeOf,
  outcomeOfSame,
  type Place,
  poisonOutcome,
  type ShardLedger,
} from '@proofmill/merge';
import { decodePackLines } from '@proofmill/plan';

export interface ShardSources {
  readonly store: Store;
  readonly journals: Journals;
  readonly codec: Codec;
  readonly stage: StageFile;
  readonly paths: StagePaths;
  readonly partition: number;
}

export interface JoinedRecord {
  readonly joined: Joined;
  readonly outcome: Outcome;
}

/** One array a chunk, in index order. `chunks` limits it to some chunks of the shard. */
export async function* shardContents(
  sources: ShardSources,
  ledger: ShardLedger,
  chunks?: readonly number[],
): AsyncGenerator<JoinedRecord[]> {
  const { store, codec, stage, paths } = sources;
  const { entry } = ledger;
  const { definition } = stage;
  const judge = judgeOf(definition);
  const imitations = (responses: readonly string[]): string[] => imitationsIn(responses, definition.profile);

  for (const number of chunks ?? entry.chunks.keys()) {
    const chunk = entry.chunks[number];
    if (!chunk) continue;
    const frame = await store.read(paths.pack(entry.shard), { offset: chunk.offset, length: chunk.bytes });
    if (!frame || sha256(frame) !== chunk.sha256) {
      throw new IntegrityError(`chunk ${number} of ${paths.pack(entry.shard)} is not what the plan says`);
    }
    const lines = decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
    const outcomes = await readOutcomes(sources, ledger, lines);
    yield lines.map((line) => {
      const outcome = outcomeOf(line, outcomes);
      if (!outcome) throw new IntegrityError(`item ${line.index} of shard ${entry.shard} has no outcome at its commit`);
      return {
        joined: joinOutcome({ definition, judge, shard: entry.shard, line, outcome, imitations, ordersDisagree }),
        outcome,
      };
    });
  }
}

function outcomeOf(line: PackLine, outcomes: ReadonlyMap<number, Outcome>): Outcome | undefined {
  if (line.ask) return outcomes.get(line.index);
  if (line.decided.type !== 'same') return line.decided;
  const asked = outcomes.get(line.decided.as);
  return asked && outcomeOfSame(asked, line.decided.responses);
}

/** The item whose outcome a line has: itself, or the one that was asked for it. */
const askedIndex = (line: PackLine): number =>
  !line.ask && line.decided.type === 'same' ? line.decided.as : line.index;

/** Frames nearer to each other than this are read together. */
const READ_GAP_BYTES = 64 * 1024;
const READ_BYTES = 8 * 1024 * 1024;

async function readOutcomes(
  sources: ShardSources,
  ledger: ShardLedger,
  lines: readonly PackLine[],
): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  const wanted: { index: number; place: Place }[] = [];
  for (const index of new Set(lines.map(askedIndex))) {
    const holding = ledger.holding(index);
    if (holding.state === 'held') wanted.push({ index, place: holding.place });
    else if (holding.state === 'poisoned') outcomes.set(index, poisonOutcome);
  }
  wanted.sort((a, b) => a.place.epoch - b.place.epoch || a.place.position - b.place.position);

  for (let at = 0; at < wanted.length; ) {
    const first = wanted[at]?.place;
    if (!first) break;
    let end = first.position + first.length;
    let next = at + 1;
    for (; next < wanted.length; next += 1) {
      const place = wanted[next]?.place;
      if (!place || place.epoch !== first.epoch || place.position > end + READ_GAP_BYTES) break;
      if (place.position + place.length - first.position > READ_BYTES) break;
      end = place.position + place.length;
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of sources.journals.read(
      sources.partition,
      first.epoch,
      first.position,
      end - first.position,
    )) {
      pieces.push(piece);
    }
    const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    for (const { index, place } of wanted.slice(at, next)) {
      const from = place.position - first.position;
      outcomes.set(index, outcomeIn(bytes.subarray(from, from + place.length), sources, ledger.entry.shard, index));
    }
    at = next;
  }
  return outcomes;
}

function outcomeIn(bytes: Uint8Array, sources: ShardSources, shard: number, index: number): Outcome {
  const [frame] = frameReader(sources.codec.crc32).feed(bytes);
  if (!frame || frame.shard !== shard || frame.index !== index) {
    throw new IntegrityError(
      `the journal of partition ${sources.partition} has changed under item ${index} of shard ${shard}`,
    );
  }
  const { body } = outcomeMessageSchema.parse(frameContent(frame.bytes));
  if (body.type === 'suspect')
    throw new IntegrityError(`item ${index} of shard ${shard} has a suspicion for an outcome`);
  return body;
}
