/** A chat request, in the words that its server takes. */
import { addTokenCounts, type ChatAnswer, type ChatRequest } from '@proofmill/contract';
import { areCopies } from './answer-faults.ts';
import { chatBody, readChatAnswer } from './chat.ts';
import type { Server } from './server.ts';

/** The answer, with all choices that were asked for, even from a server that gives one at a time. */
export async function askChat(server: Server, request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  const { dialect } = server;
  if (request.n > 1 && !dialect.givesSeveral) return askSingly(server, request, signal);
  for (;;) {
    const body = dialect.adapt(chatBody(request));
    try {
      const answer = await server.client.chat.completions.create(body, { signal });
      return await completed(server, request, readChatAnswer(answer, request), signal);
    } catch (error) {
      if (!dialect.learnFrom(error, { ...body })) throw error;
      if (request.n > 1 && !dialect.givesSeveral) return askSingly(server, request, signal);
    }
  }
}

/** Asks for what is missing where the server ignored `n`, or gave one answer several times. */
async function completed(
  server: Server,
  request: ChatRequest,
  answer: ChatAnswer,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const { dialect } = server;
  const copied = areCopies(answer, request);
  const own = copied ? { ...answer, choices: answer.choices.slice(0, 1) } : answer;
  const given = own.choices.length;
  if (given === request.n) return answer;
  if (copied) dialect.noteCopies();
  else dialect.noteSingle();
  const missing = { ...request, n: request.n - given, seed: request.seed + given };
  return joined([own, await askSingly(server, missing, signal)]);
}

/** One request for each answer, each with the seed that it would have among several. */
async function askSingly(server: Server, request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const asking = Array.from({ length: request.n }, (_, index) =>
    askChat(server, { ...request, n: 1, seed: request.seed + index }, either),
  );
  try {
    return joined(await Promise.all(asking));
  } catch (error) {
    // Answers to the others are wasted.
    failed.abort(error);
    await Promise.allSettled(asking);
    throw error;
  }
}

function joined(answers: readonly ChatAnswer[]): ChatAnswer {
  const [first] = answers;
  if (!first) throw new RangeError('there are no answers to join');
  return {
    ...first,
    choices: answers.flatMap(({ choices }) => choices),
    promptTokens: answers.map(({ promptTokens }) => promptTokens).reduce(addTokenCounts),
    completionTokens: answers.map(({ completionTokens }) => completionTokens).reduce(addTokenCounts),
  };
}
