/** The joined records of a shard, chunk by chunk, from its pack and the outcomes in the journals. */
import {
  type Codec,
  IntegrityError,
  type Journals,
  type Outcome,
  type PackLine,
  type Profile,
  type StageDefinition,
  type StageFile,
} from '@proofmill/contract';
import { readLines, type StageFolder } from '@proofmill/folder';
import { imitationFinder, ordersDisagree } from '@proofmill/judge';
import { type Joined, joinOutcome, judgeOf, outcomeOfSame, type ShardLedger } from '@proofmill/merge';
import { storedOutcomes } from './stored-outcomes.ts';

export interface ShardSources {
  readonly folder: StageFolder;
  readonly journals: Journals;
  readonly codec: Codec;
  readonly stage: StageFile;
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
  const { folder, codec, stage } = sources;
  const { entry } = ledger;
  const { definition } = stage;
  const judge = judgeOf(definition);
  const imitations = imitationFinder(profilesOf(definition));

  for (const chunk of chunks ?? entry.chunks.keys()) {
    const lines = await readLines(folder, codec, entry, chunk);
    const outcomes = await storedOutcomes(sources, ledger, new Set(lines.map(askedIndex)));
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

/** The profiles whose frames are around the texts of an item. */
function profilesOf(definition: StageDefinition): Profile[] {
  const second = definition.kind === 'label' ? definition.first?.profile : definition.selector;
  return second ? [definition.profile, second] : [definition.profile];
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
