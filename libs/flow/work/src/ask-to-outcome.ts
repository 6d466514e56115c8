/** The one loop around an asking: whoever asks an engine about an item asks by it. */
import { type EngineAnswer, TerminalError } from '@proofmill/contract';
import type { Ask, Asking, Reply } from '@proofmill/judge';

export interface AskOptions {
  /** The most answers that one request may ask for. */
  readonly maxAnswers: number;
  readonly answer: (ask: Ask) => Promise<EngineAnswer>;
  /** One request after the other, where the engine's answers depend on what it answers beside them. Default: a round at once. */
  readonly inTurn?: boolean;
  readonly onReply?: (ask: Ask, reply: Reply) => void;
}

/** Asks until there is an outcome. Rejects as `answer` does, unless the asking takes the refusal for its reply. */
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
