import type { Engine } from '@proofmill/contract';
import { OpenAI } from 'openai';
import { parseAddress } from './address.ts';
import { chatBody, readChatAnswer } from './chat.ts';
import { type Circumstances, disposition } from './dispositions.ts';
import { type Exchange, ExchangeError, fetchExchange } from './exchange.ts';
import { defaultTimeouts, type HttpExchange, httpExchange, type Timeouts } from './http-exchange.ts';
import { readLogprobs, scoringBody } from './logprobs.ts';
import { readModels } from './models.ts';
import { sdkFetch } from './sdk-fetch.ts';

export interface VllmOptions {
  /** `http://HOST:PORT`, `https://HOST/PATH` (with or without `/v1` at the end) or `unix:///PATH/TO/vllm.sock`. */
  readonly baseUrl: string;
  /** What the server was started with as --api-key. Default: none is sent. */
  readonly apiKey?: string;
  /** Asked instead of the network, with URLs below `baseUrl`: an engine in this process. Time limits are then its own. */
  readonly fetch?: typeof globalThis.fetch;
  readonly timeouts?: Timeouts;
}

export interface VllmEngine extends Engine {
  /** Destroys the connections. What is in flight, and what is asked after it, is rejected as `engine-gone`. */
  close(): void;
}

/** A server whose engine hangs may still accept connections; its health is asked for by those who wait. */
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
    // The exchange sends its own headers. Nothing is taken from OPENAI_* variables, which are about another service.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Whoever asks decides whether to ask again.
    maxRetries: 0,
    // Later than ours, which know how far a request came.
    timeout: (timeouts.totalMs ?? defaultTimeouts.totalMs) * 2 + 60_000,
    logLevel: 'off',
  });

  const engine = 'socketPath' in address.connect ? address.connect.socketPath : address.origin + address.root;

  const translating = async <Answer>(
    circumstances: Omit<Circumstances, 'engine'>,
    signal: AbortSignal,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      throw disposition(error, { ...circumstances, engine });
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

    chat: (request, signal) =>
      translating({ doing: 'asking for an answer', model: request.model }, signal, async () =>
        readChatAnswer(await client.chat.completions.create(chatBody(request), { signal }), request.n),
      ),

    logprobs: ({ model, text }, signal) =>
      translating({ doing: 'scoring a text', model }, signal, async () =>
        readLogprobs(await client.completions.create(scoringBody(model, text), { signal })),
      ),

    close,
  };
}

/** A `fetch` that was passed in has no connections of ours to destroy. */
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
