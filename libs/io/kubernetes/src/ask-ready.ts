/** Requests to an API server that may just be starting. */
import { UnavailableError } from '@proofmill/contract';
import type { ApiAnswer, ApiRequest } from './api-messages.ts';
import type { Credentials } from './credentials.ts';
import { isDenied } from './errors.ts';
import { ask } from './http.ts';

/** How long a server that denies a request may take to become ready. */
const startMs = 15_000;
const pollMs = 500;

/**
 * Sends a request. A server that has just started denies everything, as it has not read the roles yet: a denial counts only when
 * the server reports that it is ready, and denies the request again.
 */
export async function askReady(credentials: Credentials, request: ApiRequest): Promise<ApiAnswer> {
  const answer = await ask(credentials, request);
  if (!isDenied(answer)) return answer;
  await untilReady(credentials);
  return await ask(credentials, request);
}

async function untilReady(credentials: Credentials): Promise<void> {
  const deadlineMs = performance.now() + startMs;
  for (;;) {
    const answer = await ask(credentials, { method: 'GET', path: '/readyz' });
    if (answer.status === 200) return;
    if (performance.now() > deadlineMs) {
      // Some clusters show /readyz to nobody: they count as ready.
      if (isDenied(answer)) return;
      throw new UnavailableError('kubernetes', `the API server at ${credentials.server} is not ready`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
