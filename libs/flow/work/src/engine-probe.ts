/** A request that any healthy engine answers: it shows whether an engine works while there is nothing else to compare with. */
import type { EngineRequest } from '@proofmill/contract';

const text = 'Say A.';
const mostTokens = 16;

/**
 * The request with a harmless short text in place of every text, for a few tokens. All else is as in the request, so that an engine
 * that refuses a field, a role or the model refuses this too.
 */
export function harmless(request: EngineRequest): EngineRequest {
  switch (request.kind) {
    case 'chat':
      return { ...shortened(request), messages: request.messages.map((message) => ({ ...message, content: text })) };
    case 'score':
      return { ...request, messages: request.messages.map((message) => ({ ...message, content: text })) };
    case 'tokens':
      return {
        ...request,
        input:
          typeof request.input === 'string' ? text : request.input.map((message) => ({ ...message, content: text })),
      };
    case 'logprobs':
      return { ...request, prompt: typeof request.prompt === 'string' ? text : request.prompt.slice(0, mostTokens) };
  }
}

/** The request for one short answer: of one that was answered before, a proof that the engine still does. */
export const shortened = <Request extends EngineRequest>(request: Request): Request =>
  request.kind === 'chat' ? { ...request, n: 1, maxTokens: Math.min(request.maxTokens, mostTokens) } : request;
