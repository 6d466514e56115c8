import type { AnswerTo, Engine, EngineAnswer, EngineRequest } from '@proofmill/contract';
import { OpenAI } from 'openai';
import { parseAddress } from './address.ts';
import { chatBody, readChatAnswer } from './chat.ts';
import { type Circumstances, disposition, type Feature, isUnknownModel } from './dispositions.ts';
import { type Exchange, ExchangeError, fetchExchange } from './exchange.ts';
import { defaultTimeouts, type HttpExchange, httpExchange, type Timeouts } from './http-exchange.ts';
import { logprobsBody, readLogprobsAnswer } from './logprobs.ts';
import { readModels } from './models.ts';
import { readScoreAnswer, scoreBody } from './score.ts';
import { sdkFetch } from './sdk-fetch.ts';
import { readTokensAnswer, tokensBody } from './tokens.ts';
import { readVersion } from './version.ts';

export interface VllmOptions {
  /** `http://HOST:PORT`, `https://HOST/PATH` (with or without `/v1` at the end) or `unix:///PATH/TO/vllm.sock`. */
  readonly baseUrl: string;
  /** The --api-key that the server was started with. Default: none is sent. */
  readonly apiKey?: string;
  /** Takes the place of the network, with URLs below `baseUrl`: an engine in this process, with its own time limits. */
  readonly fetch?: typeof globalThis.fetch;
  readonly timeouts?: Timeouts;
}

export interface VllmEngine extends Engine {
  /** Destroys the connections. Requests in flight, and later ones, are rejected as `engine-gone`. */
  close(): void;
}

/** vLLM has the route but not for this model: "does not support Classification API", "Task classify is not supported". */
const routeOf = (path: string): Feature => ({ name: path, refusal: /not support/i });
const promptLogprobs: Feature = { name: 'prompt_logprobs', refusal: /prompt.?logprobs/i };

/** A server whose engine hangs may still accept connections, so a check of its health must not wait for long. */
const healthTimeoutMs = 5000;

/**
 * The engine behind an OpenAI-compatible server, vLLM first of all. Errors: see dispositions.ts. Connects when first asked.
 * @throws ConfigurationError when `baseUrl` cannot be read
 */
export function vllmEngine(options: VllmOptions): VllmEngine {
  const { baseUrl, apiKey, timeouts = {} } = options;
  const address = parseAddress(baseUrl);
  const authorization = apiKey === undefined ? null : `Bearer ${apiKey}`;
  const { exchange, close }: HttpExchange = options.fetch
    ? closable(fetchExchange(options.fetch, address.origin, authorization))
    : httpExchange(address, authorization, timeouts);
  const client = new OpenAI({
    baseURL: `${address.origin}${address.root}/v1`,
    fetch: sdkFetch(exchange, address.origin),
    // The exchange sends its own headers. OPENAI_* variables are about another service and not read.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // The caller decides whether to ask again.
    maxRetries: 0,
    // Longer than the exchange's limits, which know how far a request came.
    timeout: (timeouts.totalMs ?? defaultTimeouts.totalMs) * 2 + 60_000,
    logLevel: 'off',
  });

  const engine = 'socketPath' in address.connect ? address.connect.socketPath : address.origin + address.root;
  /** The URL of a route of vLLM's own, which lie beside /v1. The SDK takes whole URLs as they are. */
  const beside = (path: string): string => address.origin + address.root + path;

  /** Null if the server does not say. */
  const namesServed = (signal: AbortSignal): Promise<string[] | null> =>
    client.models.list({ signal }).then(
      ({ data }) => readModels(data).map(({ id }) => id),
      () => null,
    );

  const translating = async <Answer>(
    circumstances: Omit<Circumstances, 'engine'>,
    signal: AbortSignal,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      const served = isUnknownModel(error) ? await namesServed(signal) : null;
      throw disposition(error, { ...circumstances, engine, ...(served ? { served } : {}) });
    }
  };

  const answers = (request: EngineRequest, signal: AbortSignal): Promise<EngineAnswer> => {
    const { model } = request;
    switch (request.kind) {
      case 'chat':
        return translating({ doing: 'asking for an answer', model }, signal, async () =>
          readChatAnswer(await client.chat.completions.create(chatBody(request), { signal }), request),
        );
      case 'score': {
        const path = `/${request.endpoint}`;
        const feature = routeOf(path);
        return translating({ doing: 'asking for a score', model, feature }, signal, async () =>
          readScoreAnswer(await client.post(beside(path), { body: scoreBody(request), signal }), request),
        );
      }
      case 'tokens':
        return translating({ doing: 'asking for tokens', model, feature: routeOf('/tokenize') }, signal, async () =>
          readTokensAnswer(await client.post(beside('/tokenize'), { body: tokensBody(request), signal })),
        );
      case 'logprobs':
        return translating({ doing: 'scoring a text', model, feature: promptLogprobs }, signal, async () =>
          readLogprobsAnswer(await client.completions.create(logprobsBody(request), { signal })),
        );
    }
  };

  return {
    models: (signal) =>
      translating({ doing: 'asking for the models', model: null }, signal, async () => {
        const { data } = await client.models.list({ signal });
        return readModels(data);
      }),

    async healthy(signal) {
      try {
        const path = `${address.root}/health`;
        const { status } = await exchange({ method: 'GET', path, body: null, signal, totalMs: healthTimeoutMs });
        return status === 200;
      } catch {
        return false;
      }
    },

    version: (signal) =>
      translating({ doing: 'asking for the version', model: null }, signal, () =>
        readVersion(() => client.get(beside('/version'), { signal })),
      ),

    // The kind of the answer is that of the request, which TypeScript cannot see through a switch.
    answer: <Request extends EngineRequest>(request: Request, signal: AbortSignal) =>
      answers(request, signal) as Promise<AnswerTo<Request>>,

    close,
  };
}

/** An injected `fetch` has no connections of ours to destroy. */
function closable(open: Exchange): HttpExchange {
  let isClosed = false;
  return {
    exchange: async (ask) => {
      if (isClosed) throw new ExchangeError('closed', 'the connection was closed on this side');
      return open(ask);
    },
    close: () => {
      isClosed = true;
    },
  };
}
