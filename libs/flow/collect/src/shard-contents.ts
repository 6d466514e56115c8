/** The joined records of a shard, one by one, from its pack and the outcomes in the journals: what is in memory is bounded in bytes. */
import {
  type Codec,
  IntegrityError,
  type Journals,
  type Outcome,
  type PackLine,
  type PlanEntry,
  type StageFile,
} from '@proofmill/contract';
import { linesOfChunks, type StageFolder } from '@proofmill/folder';
import { framesOfStage, imitationFinder, ordersDisagree } from '@proofmill/judge';
import { type Joined, joinOutcome, judgeOf, outcomeOfSame, type ShardLedger } from '@proofmill/merge';
import { StoredOutcomes } from './stored-outcomes.ts';

export interface ShardSources {
  readonly folder: StageFolder;
  readonly journals: Journals;
  readonly codec: Codec;
  readonly stage: StageFile;
  readonly partition: number;
}

export interface JoinedRecord {
  readonly chunk: number;
  readonly joined: Joined;
  readonly outcome: Outcome;
}

/** In index order. `chunks`, ascending, limits it to some chunks of the shard. */
export async function* shardContents(
  sources: ShardSources,
  ledger: ShardLedger,
  chunks: Iterable<number> = ledger.entry.chunks.keys(),
): AsyncGenerator<JoinedRecord> {
  const { folder, codec, stage } = sources;
  const { entry } = ledger;
  const { definition } = stage;
  const judge = judgeOf(definition);
  const imitations = imitationFinder(framesOfStage(definition));
  const numbers = [...chunks];
  const outcomes = new StoredOutcomes(sources, ledger, indexesIn(entry, numbers));

  for await (const { chunk, lines } of linesOfChunks(folder, codec, entry, numbers)) {
    for (const line of lines) {
      const outcome = await outcomeOf(line, outcomes);
      if (!outcome) throw new IntegrityError(`item ${line.index} of shard ${entry.shard} has no outcome at its commit`);
      const joined = joinOutcome({
        definition,
        judge,
        shard: entry.shard,
        line,
        outcome,
        imitations,
        ordersDisagree,
      });
      yield { chunk, joined, outcome };
    }
  }
}

function* indexesIn({ chunks }: PlanEntry, numbers: readonly number[]): Generator<number> {
  for (const number of numbers) {
    const { first, count } = chunks[number] ?? { first: 0, count: 0 };
    for (let index = first; index < first + count; index += 1) yield index;
  }
}

/** The outcome of a line: its own, or that of the item that was asked for it. */
async function outcomeOf(line: PackLine, outcomes: StoredOutcomes): Promise<Outcome | undefined> {
  if (line.ask) return outcomes.of(line.index);
  if (line.decided.type !== 'same') return line.decided;
  const asked = await outcomes.of(line.decided.as);
  return asked && outcomeOfSame(asked, line.decided.responses);
}
