/** One item: what the judge wants to know of it, asked of the engine until there is an outcome. */
import {
  type AskedLine,
  ConfigurationError,
  type EngineAnswer,
  type FailedOutcome,
  type FailureClass,
  type ItemReport,
  type StageFile,
  TerminalError,
  type Tokens,
} from '@proofmill/contract';
import type { Ask, askerOf } from '@proofmill/judge';
import { type AskContext, askEngine, SuspectError } from './ask.ts';
import { askToOutcome } from './ask-to-outcome.ts';
import type { ScoreMemo } from './score-memo.ts';

export interface ItemContext extends AskContext {
  readonly stage: StageFile;
  readonly begin: ReturnType<typeof askerOf>;
  readonly scores: ScoreMemo;
  /** The engine's version, as it was when the worker began. */
  readonly version: string | null;
}

/**
 * The outcome of an item, or that it is a suspect. `abort` ends its requests. Rejects as `askEngine` does, where the error
 * concerns more than this item.
 */
export async function outcomeOf(
  line: AskedLine,
  drive: number,
  context: ItemContext,
  abort: AbortController,
): Promise<ItemReport> {
  const asking = context.begin(line);
  let servedModel: string | null = null;
  try {
    const outcome = await askToOutcome(asking, {
      maxAnswers: context.slots.total,
      async answer(ask) {
        const answer = await answerTo(ask, context, abort.signal);
        const isOwn = ask.request.model === context.stage.definition.engine.model;
        if (isOwn && 'model' in answer) servedModel = answer.model;
        return answer;
      },
    });
    if (outcome.type !== 'done' || servedModel === null) return outcome;
    return { ...outcome, served: { model: servedModel, version: context.version } };
  } catch (error) {
    // Once one request of an item has failed, answers to the others are wasted.
    abort.abort(error);
    if (error instanceof SuspectError) return { type: 'suspect', drive };
    if (error instanceof TerminalError) return failedOutcome(error.code, error.message, asking.spent());
    throw error;
  }
}

async function answerTo(
  { request, profile, mayFail }: Ask,
  context: ItemContext,
  signal: AbortSignal,
): Promise<EngineAnswer> {
  if (request.kind !== 'score') return askEngine({ request, mayFail }, context, signal);
  try {
    return await context.scores.once(request, signal, () => askEngine({ request, mayFail }, context, signal));
  } catch (error) {
    // An engine may lack any other feature; without this route no item of the stage has a score.
    if (!(error instanceof TerminalError) || error.code !== 'unsupported') throw error;
    throw new ConfigurationError(
      `${error.message} The judge ${profile.name} needs it: start its engine with --runner pooling, or give the address of the one that has it`,
      { cause: error },
    );
  }
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
