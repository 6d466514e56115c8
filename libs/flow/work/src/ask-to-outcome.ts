/** The loop that drives an asking. Workers, previews and test suites all use it. */
import { type EngineAnswer, TerminalError } from '@proofmill/contract';
import type { Ask, Asking, Reply } from '@proofmill/judge';

export interface AskOptions {
  /** The most answers that one request may ask for. */
  readonly maxAnswers: number;
  readonly answer: (ask: Ask) => Promise<EngineAnswer>;
  /** Send one request at a time: some answers depend on what the engine does beside them. Default: a whole round at once. */
  readonly inTurn?: boolean;
  readonly onReply?: (ask: Ask, reply: Reply) => void;
}

/** Asks until there is an outcome. Rejects when `answer` does, unless the ask accepts a refusal (`mayFail`). */
export async function askToOutcome<Result>(asking: Asking<Result>, options: AskOptions): Promise<Result> {
  const { maxAnswers, inTurn = false } = options;
  for (let step = asking.next(maxAnswers); ; step = asking.next(maxAnswers)) {
    if ('outcome' in step) return step.outcome;
    if (inTurn) for (const ask of step.asks) await settle(ask, options);
    else await Promise.all(step.asks.map((ask) => settle(ask, options)));
  }
}

async function settle(ask: Ask, { answer, onReply }: AskOptions): Promise<void> {
  const reply = await answer(ask).catch((error: unknown): Reply => {
    if (!ask.mayFail || !(error instanceof TerminalError)) throw error;
    return { kind: 'refused', code: error.code, message: error.message };
  });
  ask.take(reply);
  onReply?.(ask, reply);
}
