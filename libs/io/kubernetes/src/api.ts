/** The API server as it answers when it is whole. */
import { UnavailableError } from '@proofmill/contract';
import type { Credentials } from './credentials.ts';
import { isDenied } from './errors.ts';
import { type ApiAnswer, type ApiRequest, ask } from './http.ts';

/** How long a server that says who we are not is asked whether it is ready to know. */
const startMs = 15_000;
const pollMs = 500;

/**
 * Asks. A server that has just started refuses everybody, as it has not read yet who may do what: a refusal counts when the
 * server says that it is ready, and refuses again.
 */
export async function askReady(credentials: Credentials, wanted: ApiRequest): Promise<ApiAnswer> {
  const answer = await ask(credentials, wanted);
  if (!isDenied(answer)) return answer;
  await untilReady(credentials);
  return await ask(credentials, wanted);
}

async function untilReady(credentials: Credentials): Promise<void> {
  const deadline = performance.now() + startMs;
  for (;;) {
    const answer = await ask(credentials, { method: 'GET', path: '/readyz' });
    if (answer.status === 200) return;
    // Some clusters show it to nobody, and then it is the same at the end.
    if (performance.now() > deadline) {
      if (isDenied(answer)) return;
      throw new UnavailableError('kubernetes', `the API server at ${credentials.server} is not ready`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
