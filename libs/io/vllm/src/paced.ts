import type { EngineAnswer, EngineRequest, Message } from '@proofmill/contract';
import type { Expected, Pace } from './pace.ts';

/** Characters of a token, about, in English. */
const tokenCharacters = 4;

/** Asks when it is the request's turn. Rejects as `ask` does, or with the signal's reason while it waits. */
export async function paced(
  pace: Pace,
  request: EngineRequest,
  signal: AbortSignal,
  ask: () => Promise<EngineAnswer>,
): Promise<EngineAnswer> {
  const turn = await pace.turn(expectedOf(request), signal);
  try {
    const answer = await ask();
    turn.settle(spentOn(answer));
    return answer;
  } catch (error) {
    turn.settle(spentOn(null));
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

function spentOn(answer: EngineAnswer | null) {
  const promptTokens = answer !== null && 'promptTokens' in answer ? answer.promptTokens : 0;
  return answer?.kind === 'chat'
    ? { promptTokens, completionTokens: answer.completionTokens, answers: answer.choices.length }
    : { promptTokens, completionTokens: 0, answers: 0 };
}
