import { type AnswerTo, ConfigurationError, type Engine, type EngineRequest } from '@proofmill/contract';
import { parseAddress } from './address.ts';
import { answer } from './answer.ts';
import { closedHere, type Exchange, fetchExchange } from './exchange.ts';
import { type HttpExchange, httpExchange, type Timeouts } from './http-exchange.ts';
import { readModels } from './models.ts';
import { besideApi, serverAt, translating } from './server.ts';
import { readVersion } from './version.ts';

export interface VllmOptions {
  /** `http://HOST:PORT`, `https://HOST/PATH` (with or without `/v1` at the end) or `unix:///PATH/TO/vllm.sock`. */
  readonly baseUrl: string;
  /** The --api-key that the server was started with. Default: none is sent. */
  readonly apiKey?: string;
  /** Replaces the network: an engine in this process, with its own time limits. It gets URLs below `baseUrl`. */
  readonly fetch?: typeof globalThis.fetch;
  readonly timeouts?: Timeouts;
}

export interface VllmEngine extends Engine {
  /** Destroys the connections. Requests in flight, and later ones, are rejected as `engine-gone`. */
  close(): void;
}

/** A server whose engine hangs may still accept connections, so a check of its health must not wait for long. */
const healthTimeoutMs = 5000;

/**
 * The engine behind an OpenAI-compatible server, vLLM first of all. Errors: see dispositions.ts. Connects when first asked.
 * @throws ConfigurationError when `baseUrl` cannot be read, or the key has a character that no header may have
 */
export function vllmEngine(options: VllmOptions): VllmEngine {
  const { baseUrl, apiKey, timeouts = {} } = options;
  const address = parseAddress(baseUrl);
  const authorization = apiKey === undefined ? null : authorizationBy(apiKey, baseUrl);
  const { exchange, close }: HttpExchange = options.fetch
    ? closable(fetchExchange(options.fetch, address.origin, authorization))
    : httpExchange(address, authorization, timeouts);
  const server = serverAt(address, exchange, timeouts);
  return {
    models: (signal) =>
      translating(server, { doing: 'asking for the models', model: null }, signal, async () => {
        const { data } = await server.client.models.list({ signal });
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
      translating(server, { doing: 'asking for the version', model: null }, signal, () =>
        readVersion(() => server.client.get(besideApi(server, '/version'), { signal })),
      ),

    // The kind of the answer is that of the request, which TypeScript cannot see through a switch.
    answer: <Request extends EngineRequest>(request: Request, signal: AbortSignal) =>
      answer(server, request, signal) as Promise<AnswerTo<Request>>,

    close,
  };
}

/** The key is not quoted: it is a secret. */
function authorizationBy(apiKey: string, baseUrl: string): string {
  if (/^[ -~]+$/.test(apiKey)) return `Bearer ${apiKey}`;
  throw new ConfigurationError(
    `The key for ${baseUrl} ${apiKey === '' ? 'is empty' : 'has a line feed or another character that no header may have'}: give the key alone.`,
  );
}

/** An injected `fetch` has no connections to destroy. */
function closable(open: Exchange): HttpExchange {
  let isClosed = false;
  return {
    exchange: async (ask) => {
      if (isClosed) throw closedHere();
      return open(ask);
    },
    close: () => {
      isClosed = true;
    },
  };
}
