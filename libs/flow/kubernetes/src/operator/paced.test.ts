import type { Clock } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { paced } from './paced.ts';

/** A clock that stands still, but for sleeping. */
function sleepingClock(): Clock & { passedMs: number } {
  return {
    passedMs: 0,
    now() {
      return this.passedMs;
    },
    async sleep(ms) {
      this.passedMs = Math.max(this.passedMs, this.passedMs + ms);
    },
  };
}

test('calls of all namespaces together keep the pace, after a burst', async () => {
  const clock = sleepingClock();
  const memory = kubernetesInMemory();
  const kubernetes = paced(memory, { clock, perSecond: 10, burst: 5 });
  const pod = { apiVersion: 'v1', kind: 'Pod' };
  for (let count = 0; count < 5; count += 1) await kubernetes.list(pod);
  expect(clock.passedMs).toBe(0);
  for (let count = 0; count < 5; count += 1) {
    await kubernetes.read({ ...pod, name: 'a' });
    await kubernetes.within('elsewhere').list(pod);
  }
  expect(clock.passedMs).toBeGreaterThanOrEqual(999);
  expect(memory.requests).toHaveLength(15);
});
