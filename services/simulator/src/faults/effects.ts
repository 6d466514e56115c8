/** What a fault does to the request that suffers it. */
import type { Answer } from '../wire/call.ts';
import { badRequest, Refusal } from '../wire/refusal.ts';
import type { Asked } from '../witness/asked.ts';
import type { Fault, Faults } from './faults.ts';

/** The fault that a request is to suffer; throws a Refusal where the fault is one. */
export function faultOf(faults: Faults, asked: Asked, prompt: string): Fault | null {
  const fault = faults.next(() => `${asked.digest.join()} ${asked.kind} ${asked.order} ${asked.seed}`, prompt);
  switch (fault?.kind) {
    case '400':
      throw badRequest('Simulated: this prompt is refused.');
    case '429':
      throw new Refusal(429, 'RateLimitError', 'Simulated: too many requests.');
    case '500':
      throw new Refusal(
        500,
        'InternalServerError',
        'EngineCore encountered an issue. See stack trace (above) for the root cause.',
      );
    case '503':
      throw new Refusal(
        503,
        'Service Unavailable',
        'The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.',
      );
    default:
      return fault;
  }
}

/** The answer with a body that no client can read; null where the fault leaves the body whole. */
export function spoiledAnswer(fault: Fault | null, answer: Answer): Answer | null {
  if (answer.kind !== 'answer') return null;
  if (fault?.kind === 'garbage') return { ...answer, body: '<html>upstream said nothing</html>' };
  if (fault?.kind === 'truncated') return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
  return null;
}
