import type { EngineAnswer, EngineRequest, Message } from '@proofmill/contract';
import type { Expected, Pace } from './pace.ts';

/** Characters of a token, about, in English. */
const tokenCharacters = 4;

export interface Paced {
  readonly pace: Pace;
  /** Requests that wait for their turn. */
  readonly held: Set<EngineRequest>;
}

/** Asks when it is the request's turn. Rejects as `ask` does, or with the signal's reason while it waits. */
export async function paced(
  { pace, held }: Paced,
  request: EngineRequest,
  signal: AbortSignal,
  ask: () => Promise<EngineAnswer>,
): Promise<EngineAnswer> {
  if (pace.isOpen) return ask();
  const expected = expectedOf(request);
  held.add(request);
  const turn = await pace.turn(expected, signal).finally(() => held.delete(request));
  try {
    const answer = await ask();
    turn.settle(spentOn(answer, expected));
    return answer;
  } catch (error) {
    turn.settle({ promptTokens: 0, completionTokens: 0, answers: 0 });
    throw error;
  }
}

function expectedOf(request: EngineRequest): Expected {
  const promptTokens = Math.ceil(charactersOf(request) / tokenCharacters);
  return request.kind === 'chat'
    ? { promptTokens, answers: request.n, maxTokens: request.maxTokens }
    : { promptTokens, answers: 0, maxTokens: 0 };
}

function charactersOf(request: EngineRequest): number {
  const inMessages = (messages: readonly Message[]): number =>
    messages.reduce((sum, { content }) => sum + content.length, 0);
  switch (request.kind) {
    case 'chat':
    case 'score':
      return inMessages(request.messages);
    case 'tokens':
      return typeof request.input === 'string' ? request.input.length : inMessages(request.input);
    case 'logprobs':
      return typeof request.prompt === 'string' ? request.prompt.length : request.prompt.length * tokenCharacters;
    default:
      return request satisfies never;
  }
}

/** What the server counted; an estimate where it does not count. */
function spentOn(answer: EngineAnswer, expected: Expected) {
  const promptTokens = ('promptTokens' in answer ? answer.promptTokens : 0) ?? expected.promptTokens;
  if (answer.kind !== 'chat') return { promptTokens, completionTokens: 0, answers: 0 };
  const { choices } = answer;
  const characters = choices.reduce((sum, { content, reasoning }) => sum + content.length + reasoning.length, 0);
  const completionTokens = answer.completionTokens ?? Math.ceil(characters / tokenCharacters);
  return { promptTokens, completionTokens, answers: choices.length };
}
