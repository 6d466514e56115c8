/** One item: what the judge wants to know of it, asked of the engine until there is an outcome. */
import {
  type AskedLine,
  ConfigurationError,
  type EngineAnswer,
  type FailedOutcome,
  type FailureClass,
  type ItemReport,
  type JudgeRole,
  type StageFile,
  type TaskHeader,
  TerminalError,
  type Tokens,
  tokensSchema,
} from '@proofmill/contract';
import { type Ask, type askerOf, type Reply, readReport } from '@proofmill/judge';
import type { AnswerForms } from './answer-forms.ts';
import { type AskContext, askEngine, SuspectError } from './ask.ts';
import { askToOutcome } from './ask-to-outcome.ts';
import type { EngineVersions } from './await-engine.ts';
import type { ScoreMemo } from './score-memo.ts';
import type { ScoreRange } from './score-range.ts';

export interface ItemContext extends AskContext {
  readonly stage: StageFile;
  readonly begin: ReturnType<typeof askerOf>;
  readonly scores: ScoreMemo;
  readonly scoreRange: ScoreRange;
  readonly answerForms: AnswerForms;
  /** The versions of the engines, as they were when the worker began. */
  readonly versions: EngineVersions;
  /** Called with each request that has its reply. */
  readonly onReply: (line: AskedLine, ask: Ask, reply: Reply) => void;
}

/**
 * The outcome of an item, or that it is a suspect. `abort` ends its requests. Rejects as `askEngine` does, where the error
 * concerns more than this item.
 */
export async function outcomeOf(
  line: AskedLine,
  { drive, alone }: Pick<TaskHeader, 'drive' | 'alone'>,
  context: ItemContext,
  abort: AbortController,
): Promise<ItemReport> {
  const asking = context.begin(line);
  const served: Partial<Record<JudgeRole, string>> = {};
  try {
    const outcome = await askToOutcome(asking, {
      maxAnswers: context.engine.chargesForRequests ? context.slots.total : 1,
      async answer(ask) {
        const answer = await answerTo(ask, context, abort.signal);
        if ('model' in answer) served[ask.request.judge ?? 'own'] = answer.model;
        return answer;
      },
      onReply: (ask, reply) => context.onReply(line, ask, reply),
    });
    if (outcome.type !== 'done') return outcome;
    const decider = outcome.cascade?.decidedBy === 'first' ? 'first' : 'own';
    const model = served[decider];
    return model === undefined ? outcome : { ...outcome, served: { model, version: context.versions[decider] } };
  } catch (error) {
    // Once one request of an item has failed, answers to the others are wasted.
    abort.abort(error);
    if (error instanceof SuspectError) return { type: 'suspect', drive, ...(alone ? { alone } : {}) };
    if (error instanceof TerminalError) return failedOutcome(error.code, error.message, asking.spent());
    throw error;
  }
}

async function answerTo(
  { request, profile, mayFail }: Ask,
  context: ItemContext,
  signal: AbortSignal,
): Promise<EngineAnswer> {
  if (request.kind === 'chat') {
    const answer = await askEngine({ request, mayFail }, context, signal);
    context.answerForms.note(request, answer, profile);
    return answer;
  }
  if (request.kind !== 'score') return askEngine({ request, mayFail }, context, signal);
  try {
    const answer = await context.scores.once(request, signal, () => askEngine({ request, mayFail }, context, signal));
    context.scoreRange.note(answer.score, profile);
    return answer;
  } catch (error) {
    // An engine may lack any other feature; without this route no item of the stage has a score.
    if (!(error instanceof TerminalError) || error.code !== 'unsupported') throw error;
    throw new ConfigurationError(
      `${error.message} The judge ${profile.name} needs it: start its engine with --runner pooling, or give the address of the one that has it`,
      { cause: error },
    );
  }
}

/**
 * What is published of an item: the report, if it is one that collectors take; else a failure that says what is wrong with it. A
 * report that they refuse would be asked for again.
 */
export function publishable({ definition }: StageFile, { item }: AskedLine, report: ItemReport): ItemReport {
  const read = readReport(definition, item.responses.length, report);
  if ('report' in read) return read.report;
  const tokens = 'tokens' in report ? tokensSchema.safeParse(report.tokens) : null;
  return failedOutcome(
    'unexpected',
    `the worker does not publish the outcome, because it ${read.why}`,
    tokens?.success ? tokens.data : { prompt: null, completion: null },
  );
}

/** A longer message of an engine is cut. */
const longestMessage = 2000;

export const failedOutcome = (failureClass: FailureClass, message: string, tokens: Tokens): FailedOutcome => ({
  type: 'failed',
  class: failureClass,
  message: message.slice(0, longestMessage),
  answers: [],
  finishReasons: [],
  votes: [],
  tokens,
});
