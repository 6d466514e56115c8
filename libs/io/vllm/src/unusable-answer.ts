/** Answers with status 200 that are not what was asked for. */
import { RefusalError, RetryableError } from '@proofmill/contract';
import { shortened } from './server-message.ts';

/** An answer with status 200 that is not the answer. */
export const unreadableAnswer = (what: string, options?: ErrorOptions): RetryableError =>
  new RetryableError('engine-error', `The engine's answer cannot be used: ${what}.`, options);

/** An answer with status 200 that comes from something else than an engine. */
export function foreignAnswer(text: string): RefusalError {
  const start = text.trimStart();
  const what = start.startsWith('<')
    ? 'a web page, as of a login or a proxy'
    : start.startsWith('data:') || start.startsWith('event:')
      ? 'a stream of events, which nobody asked for'
      : 'a text that is not JSON';
  return new RefusalError(
    'route',
    `The engine's answer is ${what} ("${shortened(start.slice(0, 80))}"). Does the base URL lead to the engine itself?`,
  );
}

/** The sentence of an `error` that came with status 200; null where there is none. */
export function saidError(error: unknown): string | null {
  if (typeof error === 'string') return shortened(error);
  if (typeof error !== 'object' || error === null) return null;
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? shortened(message) : null;
}
