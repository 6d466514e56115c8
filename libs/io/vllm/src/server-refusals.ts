/** What a server says to every request, whatever it holds: it is another server than was meant, or the key, the model or the route is wrong. */
import { RefusalError, servedNames, TerminalError } from '@proofmill/contract';
import type { APIError } from 'openai';
import type { Circumstances } from './circumstances.ts';

/** Followed by nobody: a redirect to another host would take the key and the texts there. */
export function redirected(error: APIError, status: number, { doing, engine }: Circumstances): Error {
  const location = error.headers?.get('location');
  const where = location ? ` to ${withoutQuery(location)}` : '';
  const sentence = `While ${doing}: ${engine} redirects${where} (${status}). Give the address of the engine itself.`;
  return new RefusalError('route', sentence, { cause: error });
}

/** A URL without its query, which may hold a secret. */
function withoutQuery(location: string): string {
  const url = URL.parse(location);
  return url ? url.origin + url.pathname : (location.split('?')[0] ?? '');
}

/** LiteLLM without a database, LiteLLM with one, and Gemini refuse a wrong key with 400. */
export const keyRefusal = /^no connected db|^authentication error|\bapi key not valid\b/i;

/** The server's message is left out: some servers repeat the key in it. */
export function refusedKey(status: number, { doing, engine, hasKey }: Circumstances, options: RefusalOptions): Error {
  const [what, remedy] = hasKey
    ? ['refuses the key', 'Check the one that the job names']
    : ['refuses a request without a key', 'Name the environment variable that holds one in the job'];
  return new RefusalError(
    'key',
    `While ${doing}: ${engine} ${what} (${status}). ${remedy}: engine.apiKey: { env: NAME } (for a worker started by hand: --engine-access); docs/keys.md says more.`,
    options,
  );
}

export function noSuchModel(message: string, { engine, model, served }: Circumstances, options: RefusalOptions): Error {
  const named = served ? servedNames(served) : /Valid aliases: (.+?)\.?$/.exec(message)?.[1];
  const others = named ? `; it serves ${named}` : '';
  return new RefusalError('model', `${engine} has no model named ${model ?? ''}${others}.`, options);
}

type RefusalOptions = ErrorOptions & { readonly said: string };

export function noSuchRoute(status: number, { doing, engine, feature }: Circumstances, options: RefusalOptions): Error {
  if (feature && status >= 400) {
    return new TerminalError('unsupported', `While ${doing}: ${engine} has no ${feature.name} (${status}).`, options);
  }
  return new RefusalError(
    'route',
    `While ${doing}: ${engine} has no such route (${status}). Is it a vLLM server, and does the base URL end before /v1/chat?`,
    options,
  );
}
