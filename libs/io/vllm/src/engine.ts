import {
  type AnswerTo,
  ConfigurationError,
  type Engine,
  type EngineModel,
  type EngineRequest,
  type Prober,
  TerminalError,
} from '@proofmill/contract';
import { parseAddress } from './address.ts';
import { answer } from './answer.ts';
import { Dialect } from './dialect.ts';
import { closedHere, type Exchange, fetchExchange, type Headers, type Reply } from './exchange.ts';
import { defaultTimeouts, type HttpExchange, httpExchange, type Timeouts } from './http-exchange.ts';
import { ownerOf, readModels } from './models.ts';
import { paceOf, type Rate } from './pace.ts';
import { type Paced, paced } from './paced.ts';
import { inTime, type Probed, probe } from './probe.ts';
import type { Environment } from './proxies.ts';
import { withoutSecrets } from './secrets.ts';
import { besideApi, type Server, serverAt, translating } from './server.ts';
import { readVersion, routeless } from './version.ts';

export interface VllmOptions {
  /** `http://HOST:PORT`, `https://HOST/PATH` (with or without `/v1` at the end) or `unix:///PATH/TO/vllm.sock`. */
  readonly baseUrl: string;
  /** The key that the server asks for, without white space. Default: none is sent. */
  readonly apiKey?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of headers that are shown in no message, as the key is. */
  readonly secrets?: readonly string[];
  /** Certificates (PEM) of authorities that are trusted beside those that Node trusts. */
  readonly ca?: string;
  /** The most that this process asks of it. What the server says of its own limits holds in any case. */
  readonly rate?: Rate;
  /** The environment that may name proxies: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Default: no proxy. */
  readonly environment?: Environment;
  /** Replaces the network: an engine in this process, with its own time limits. It gets URLs below `baseUrl`. */
  readonly fetch?: typeof globalThis.fetch;
  readonly timeouts?: Timeouts;
  /** Takes a sentence when the server is found not to take a part of the API. */
  readonly onNotice?: (sentence: string) => void;
}

export interface VllmEngine extends Engine, Prober {
  /** Destroys the connections. Requests in flight, and later ones, are rejected as `engine-gone`. */
  close(): void;
}

/** Some servers do not list their models; no message of a refusal says so by itself. */
const modelList = { name: '/v1/models', refusal: /(?!)/ };

/** A server whose engine hangs may still accept connections, so a check of its health must not wait for long. */
const healthTimeoutMs = 5000;

/**
 * The engine behind an OpenAI-compatible server, vLLM first of all. Errors: see dispositions.ts. Connects when first asked.
 * @throws ConfigurationError when `baseUrl`, or the proxy to it, cannot be used, or the key has a character that no header may have
 */
export function vllmEngine(options: VllmOptions): VllmEngine {
  const { baseUrl, apiKey, timeouts = {}, ca = null, environment = {}, onNotice = () => undefined } = options;
  const address = parseAddress(baseUrl);
  const headers = headersOf(options);
  const secrets = [...(options.secrets ?? []), ...(apiKey === undefined ? [] : [apiKey])];
  const { exchange: open, close }: HttpExchange = options.fetch
    ? closable(fetchExchange(options.fetch, address.origin, headers))
    : httpExchange(address, { headers, timeouts, ca, environment });
  const pace = paceOf(options.rate ?? {});
  const turns: Paced = { pace, held: new Set() };
  let isGateway = false;
  const exchange = learning(withoutSecrets(open, secrets), (reply) => {
    pace.learn(reply);
    isGateway ||= isLiteLlm(reply);
  });
  const known = { dialect: new Dialect(onNotice), hasKey: Object.keys(headers).length > 0 };
  const server = serverAt(address, exchange, known, timeouts);
  return {
    // Whoever wants a key or sets a rate may charge; an engine of one's own has neither, as a rule.
    chargesForRequests: known.hasKey || options.rate !== undefined,

    models: (signal) => modelsOf(server, signal),

    async healthy(signal) {
      try {
        const statusOf = async (path: string): Promise<number> =>
          (await exchange({ method: 'GET', path: address.root + path, body: null, signal, totalMs: healthTimeoutMs }))
            .status;
        const status = isGateway ? null : await statusOf('/health');
        // Hosted models have no such route; that they list their models shows as much.
        // A gateway may want a key for it, or have neither: it answers.
        return (status === null || routeless.has(status) ? await statusOf('/v1/models') : status) < 500;
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
      paced(turns, request, signal, () => answer(server, request, signal)) as Promise<AnswerTo<Request>>,

    holdsBack: (request) => turns.held.has(request),

    probe: (use, signal) => probe(probedBy(server, exchange, turns, timeouts), use, signal),

    close,
  };
}

/** The server as a probe sees it: each request has a time limit, and may wait for its turn without being late. */
function probedBy(
  server: Server,
  exchange: Exchange,
  turns: Paced,
  { probeMs = defaultTimeouts.probeMs }: Timeouts,
): Probed {
  return {
    models: (signal) => inTime(probeMs, signal, (limited) => modelsOf(server, limited)),
    get: (route, signal) =>
      inTime(probeMs, signal, (limited) =>
        translating(server, { doing: `asking for ${route}`, model: null }, limited, () =>
          exchange({ method: 'GET', path: server.address.root + route, body: null, signal: limited }),
        ),
      ),
    answer: <Request extends EngineRequest>(request: Request, dialect: Dialect, signal: AbortSignal) =>
      paced(turns, request, signal, () =>
        inTime(probeMs, signal, (limited) => answer({ ...server, dialect }, request, limited)),
      ) as Promise<AnswerTo<Request>>,
  };
}

async function modelsOf(server: Server, signal: AbortSignal): Promise<EngineModel[] | null> {
  try {
    const circumstances = { doing: 'asking for the models', model: null, feature: modelList };
    return await translating(server, circumstances, signal, async () => {
      const { data } = await server.client.models.list({ signal });
      const models = readModels(data);
      const owner = ownerOf(data);
      server.dialect.learnOwner(owner);
      return models && owner === 'openai' ? [...models, ...(await wildcardsOf(server, signal))] : models;
    });
  } catch (error) {
    if (error instanceof TerminalError && error.code === 'unsupported') return null;
    throw error;
  }
}

/**
 * The models with a `*` of LiteLLM, which calls every model OpenAI's: it lists what it knows that such a name may stand for, and the name
 * itself only when it is asked. None where a server does not answer that.
 */
const wildcardsOf = ({ client }: Server, signal: AbortSignal): Promise<EngineModel[]> =>
  client.models.list({ query: { return_wildcard_routes: true }, signal }).then(
    ({ data }) => readModels(data)?.filter(({ id }) => id.includes('*')) ?? [],
    () => [],
  );

/** Takes note of every reply: what the server says of its limits, and what it is. */
const learning =
  (exchange: Exchange, learn: (reply: Reply) => void): Exchange =>
  async (ask) => {
    const reply = await exchange(ask);
    learn(reply);
    return reply;
  };

/**
 * LiteLLM puts a question to every model that it has when its /health is asked. That costs tokens, and takes longer than a check may: a
 * gateway that works would be called dead.
 */
const isLiteLlm = ({ header }: Reply): boolean =>
  header('x-litellm-version') !== null || header('x-litellm-call-id') !== null;

function headersOf({ apiKey, headers = {}, baseUrl }: VllmOptions): Headers {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const own = apiKey === undefined ? {} : { authorization: authorizationBy(apiKey, baseUrl) };
  return { ...Object.fromEntries(given), ...own };
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
