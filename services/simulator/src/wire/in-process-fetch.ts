/** The routes without a socket, for a client that takes a `fetch`. */
import type { Answer, Cancellation } from './call.ts';
import type { Handle } from './listener.ts';

const connectionError = (code: 'ECONNREFUSED' | 'ECONNRESET'): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`simulated: ${code}`), { code }) });

/** The host in a URL does not matter. While `isDead`, connections are refused. */
export function inProcessFetch(handle: Handle, isDead: () => boolean): typeof globalThis.fetch {
  return async (input, init) => {
    if (isDead()) throw connectionError('ECONNREFUSED');
    const request = input instanceof Request ? input : null;
    const url = new URL(request ? request.url : String(input));
    const signal = init?.signal ?? request?.signal;
    signal?.throwIfAborted();
    const headers = new Headers(init?.headers ?? request?.headers);
    const body = init?.body ?? null;
    const cancellation: Cancellation = { cancelled: false, onCancel: null };
    const answering = handle({
      method: init?.method ?? request?.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      header: (name) => headers.get(name) ?? undefined,
      // A text needs no wait: such requests arrive in the order of the calls.
      body: typeof body === 'string' ? body : await bodyText(body, request),
      cancellation,
    });
    const onAbort = (): void => {
      cancellation.cancelled = true;
      cancellation.onCancel?.();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const answer = await answering;
    signal?.removeEventListener('abort', onAbort);
    if (cancellation.cancelled) throw signal?.reason ?? new DOMException('aborted', 'AbortError');
    return responseOf(answer);
  };
}

async function bodyText(body: RequestInit['body'] | null, request: Request | null): Promise<string> {
  return body === null ? ((await request?.text()) ?? '') : new Response(body).text();
}

function responseOf(answer: Answer): Response {
  if (answer.kind === 'lost') throw connectionError('ECONNRESET');
  const headers: Record<string, string> = { 'content-type': answer.contentType };
  if (answer.retryAfterSeconds !== undefined) headers['retry-after'] = String(answer.retryAfterSeconds);
  return new Response(answer.body, { status: answer.status, headers });
}
