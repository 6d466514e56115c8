import type { EngineAnswer, EngineRequest } from '@proofmill/contract';
import { askChat } from './ask-chat.ts';
import type { Feature } from './circumstances.ts';
import { logprobsBody, readLogprobsAnswer } from './logprobs.ts';
import { readScoreAnswer, scoreBody } from './score.ts';
import { besideApi, type Server, translating } from './server.ts';
import { readTokensAnswer, tokensBody } from './tokens.ts';

/** vLLM has the route but not for this model: "does not support Classification API", "Task classify is not supported". */
const routeOf = (path: string): Feature => ({ name: path, refusal: /not support/i });
const promptLogprobs: Feature = { name: 'prompt_logprobs', refusal: /prompt.?logprobs/i };

/** Sends a request and reads its answer, which is of the request's kind. */
export function answer(server: Server, request: EngineRequest, signal: AbortSignal): Promise<EngineAnswer> {
  const { client } = server;
  const { model } = request;
  switch (request.kind) {
    case 'chat':
      return translating(server, { doing: 'asking for an answer', model }, signal, () =>
        askChat(server, request, signal),
      );
    case 'score': {
      const path = `/${request.endpoint}`;
      const feature = routeOf(path);
      return translating(server, { doing: 'asking for a score', model, feature }, signal, async () =>
        readScoreAnswer(await client.post(besideApi(server, path), { body: scoreBody(request), signal }), request),
      );
    }
    case 'tokens': {
      const feature = routeOf('/tokenize');
      return translating(server, { doing: 'asking for tokens', model, feature }, signal, async () =>
        readTokensAnswer(
          await client.post(besideApi(server, '/tokenize'), { body: tokensBody(request), signal }),
          request,
        ),
      );
    }
    case 'logprobs':
      return translating(server, { doing: 'scoring a text', model, feature: promptLogprobs }, signal, async () =>
        readLogprobsAnswer(await client.completions.create(logprobsBody(request), { signal })),
      );
  }
}
