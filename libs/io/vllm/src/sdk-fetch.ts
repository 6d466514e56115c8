import { deepestJson, isTooDeepJson } from '@proofmill/contract';
import { type Exchange, ExchangeError, type Reply } from './exchange.ts';

/**
 * An exchange as the `fetch` of the SDK. A real Response with its streams costs 0.15 ms; version 7.57 of the SDK reads `ok`,
 * `status`, `url`, `headers.get`, `headers.entries`, `text()`, and of `body` only whether it exists.
 */
export function sdkFetch(exchange: Exchange, origin: string): typeof globalThis.fetch {
  return async (input, init) => {
    const reply = await exchange({
      method: init?.method ?? 'GET',
      path: String(input).slice(origin.length),
      body: typeof init?.body === 'string' ? init.body : null,
      signal: init?.signal ?? null,
    });
    if (isSuccess(reply)) refuseDeep(reply);
    return leastResponse(reply) as unknown as Response;
  };
}

const tooDeep = `its JSON is nested deeper than ${deepestJson} levels`;

/** Once parsed, an answer of nested brackets would fill the memory; that of an engine has about ten levels. */
function refuseDeep({ header, text }: Reply): void {
  // The SDK parses nothing else: a web page stays one.
  const isJson = /\bjson\b/.test(header('content-type') ?? '');
  if (isJson && isTooDeepJson(text)) throw new ExchangeError('unreadable', tooDeep);
}

const noEntries: readonly [string, string][] = [];

const isSuccess = ({ status }: Reply): boolean => status >= 200 && status < 300;

function leastResponse(reply: Reply) {
  const { status, header, text } = reply;
  const ok = isSuccess(reply);
  return {
    ok,
    status,
    url: '',
    body: null,
    headers: { get: header, entries: () => noEntries },
    text: async () => (ok ? text : errorBody(text)),
  };
}

/**
 * The SDK keeps only the `error` of an error's body. vLLM's unknown routes answer `{"detail"}`, and versions before 0.10 had
 * the fields at the top level: both are moved to where the SDK looks.
 */
function errorBody(text: string): string {
  if (isTooDeepJson(text)) return tooDeep;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !('error' in body)) return JSON.stringify({ error: body });
  } catch {
    // Not JSON: a proxy's page. The SDK takes it as the message.
  }
  return text;
}
