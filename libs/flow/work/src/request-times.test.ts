import type { ChatRequest, Engine } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { requestTimes } from './request-times.ts';
import { virtualClock } from './virtual-clock.fixture.ts';

it('times every request, and says how many answers were in flight while any was', async () => {
  const clock = virtualClock();
  const never = new AbortController().signal;
  const answers = async (request: ChatRequest): Promise<unknown> => {
    await clock.sleep(1000 * request.seed);
    if (request.seed === 3) throw new Error('no');
    return { kind: 'chat' };
  };
  const engine = { answer: answers } as unknown as Engine;
  const times = requestTimes({ engine }, clock);
  const request = (seed: number, n: number): ChatRequest => ({ kind: 'chat', seed, n }) as ChatRequest;
  const [short, long, failed, unsent] = [request(1, 1), request(2, 4), request(3, 1), request(4, 1)];
  const send = (each: ChatRequest): Promise<unknown> => times.engines.engine.answer(each, never).catch(() => null);

  await clock.runUntil(Promise.all([send(short), send(long)]));
  await clock.runUntil(clock.sleep(5000));
  await clock.runUntil(send(failed));
  expect([short, long, failed, unsent].map(times.answerSecondsOf)).toEqual([1, 8, 3, null]);
  // Five answers for a second, four for another one, one for three more; the pause does not count.
  expect(times.busy).toEqual({ seconds: 5, inFlight: 12 / 5 });
});
