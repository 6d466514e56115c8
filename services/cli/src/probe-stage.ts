/** Asks about a few items as a stage of a run would, and keeps what that took; nothing is written. */
import type { AskedLine, Failure, Row, StageFile, StageSpec, Totals } from '@proofmill/contract';
import { priorRecord } from '@proofmill/coordinate';
import { zstdCodec } from '@proofmill/formats';
import {
  type Ask,
  framesOfStage,
  imitationFinder,
  ordersDisagree,
  type ReplyCounts,
  ReplyTally,
} from '@proofmill/judge';
import { joinOutcome, judgeOf } from '@proofmill/merge';
import { type Shutdown, systemClock } from '@proofmill/runtime';
import { addJoined, emptyTotals, FailureTally, type StageSpent } from '@proofmill/stats';
import { defaultWorkTimes, requestTimes, type StageEngines, type WorkedOn, workOn } from '@proofmill/work';
import { engineTimesOf } from './executors/flags.ts';

interface StageToProbe {
  readonly stage: StageFile;
  readonly spec: StageSpec;
  readonly engines: StageEngines;
  readonly lines: readonly AskedLine[];
  readonly shutdown: Pick<Shutdown, 'stop' | 'abort'>;
  /** Takes a sentence where the engine is in trouble. */
  readonly report: (sentence: string) => void;
}

export interface ProbedLines {
  /** What each item took. */
  readonly spent: readonly StageSpent[];
  /** Each item as the next stage would ask about it; null where it would not. */
  readonly next: readonly (AskedLine | null)[];
  readonly totals: Totals;
  readonly failures: FailureTally;
  /** Places of the items that have no outcome, since the engine died with them. */
  readonly lost: ReadonlySet<number>;
  /** Records that the stage's first judge decided. */
  readonly byFirst: number;
  readonly replies: readonly ReplyCounts[];
  readonly seconds: number;
  /** How many answers were in flight on average while any was. */
  readonly inFlight: number;
}

/** Rejects as the worker of a run does. Its engine may be away for as long as in a run. */
export async function probeStage(options: StageToProbe): Promise<ProbedLines | 'stopped'> {
  const { stage, spec, engines, lines, shutdown, report } = options;
  const clock = systemClock();
  const beganMs = clock.now();
  const times = requestTimes(engines, clock);
  const tally = new ReplyTally();
  const asked = lines.map(() => ({ requests: 0, firstRequests: 0, answers: 0, answerSeconds: 0 }));
  const { engineWait, engineDown } = engineTimesOf(spec.fleet);
  const outcomes = await workOn(lines, {
    ...{ stage, ...times.engines, codec: zstdCodec(), clock, chance: Math.random, slots: spec.fleet.slots },
    ...{ stop: shutdown.stop, abort: shutdown.abort, onTrouble: report },
    times: { ...defaultWorkTimes, batchAgeMs: 20, engineWaitMs: engineWait * 1000, engineDownMs: engineDown * 1000 },
    onReply(at, ask, reply) {
      const seconds = times.answerSecondsOf(ask.request);
      const spent = asked[at];
      // The score of a response that was known already.
      if (seconds === null || !spent) return;
      tally.add(ask, reply);
      spent.requests += 1;
      if (ask.request.judge === 'first') spent.firstRequests += 1;
      spent.answers += answersOf(ask);
      spent.answerSeconds += seconds;
    },
  });
  if (outcomes === 'stopped') return outcomes;
  return {
    ...joinedOf(options, outcomes),
    spent: asked.map((each, at) => ({ ...each, ...tokensOf(outcomes[at] ?? null) })),
    replies: tally.counts,
    seconds: (clock.now() - beganMs) / 1000,
    inFlight: times.busy.inFlight,
  };
}

/** Answers to questions about the item; tokens and likelihoods are none. */
const answersOf = ({ request }: Ask): number => {
  if (request.kind === 'chat') return request.n;
  return request.kind === 'score' ? 1 : 0;
};

const nothing = { prompt: 0, completion: 0 };

/** As rows and limits count them. */
function tokensOf(outcome: WorkedOn): Pick<StageSpent, 'tokens' | 'firstTokens'> {
  if (outcome === null) return { tokens: nothing, firstTokens: nothing };
  const first = outcome.type === 'done' ? outcome.cascade?.first.tokens : undefined;
  return { tokens: outcome.tokens, firstTokens: first ?? nothing };
}

/** What a collector would make of the outcomes. */
function joinedOf({ stage: { definition }, lines }: StageToProbe, outcomes: readonly WorkedOn[]) {
  const totals = emptyTotals();
  const failures = new FailureTally();
  const judge = judgeOf(definition);
  const imitations = imitationFinder(framesOfStage(definition));
  const lost = new Set<number>();
  let byFirst = 0;
  const next = lines.map((line, at): AskedLine | null => {
    const outcome = outcomes[at] ?? null;
    if (outcome === null) {
      lost.add(at);
      return null;
    }
    const joined = joinOutcome({ definition, judge, shard: 0, line, outcome, imitations, ordersDisagree });
    addJoined(totals, joined, outcome, definition.name);
    if (outcome.type === 'failed') failures.add({ source: line.item.source, ...outcome });
    else if (outcome.cascade?.decidedBy === 'first') byFirst += 1;
    return nextLine('row' in joined ? joined.row : joined.failure, at);
  });
  return { next, totals, failures, lost, byFirst };
}

function nextLine(record: Row | Failure, at: number): AskedLine | null {
  const line = priorRecord(record, false).line(at);
  return line.ask ? line : null;
}
