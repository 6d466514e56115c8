/** What jobs cost the API server that nothing happens to, and how soon a new one among them has its driver. */
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import { scoringJob, startOperator, statusOf } from './operator.fixture.ts';

const many = 200;
const soon = { timeout: 30_000, interval: 50 };

test('of 200 suspended jobs none costs a call, also when all are looked at again', { timeout: 60_000 }, async () => {
  const kubernetes = kubernetesInMemory();
  for (let number = 0; number < many; number += 1) {
    kubernetes.put(scoringJob(`idle-${number}`, 'here', { suspend: true }));
  }
  const first = startOperator(kubernetes, 'first', { clock: machineClock(500) });
  await vi.waitFor(() => expect(statusOf(kubernetes, `idle-${many - 1}`)).toMatchObject({ phase: 'Suspended' }), soon);
  const quiet = async (): Promise<void> => {
    const before = withoutLease(kubernetes.requests).length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (withoutLease(kubernetes.requests).length > before) await quiet();
  };
  await quiet();
  await first.end();
  kubernetes.requests.length = 0;
  // It looks at all of them, as at a resync.
  const second = startOperator(kubernetes, 'second');
  await vi.waitFor(() => expect(second.reported).toContain('leading'), soon);
  // A minute by its clock.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const idle = kubernetes.requests.slice();
  expect(withoutLease(idle)).toEqual(['observe ScoringJob', 'observe Job', 'observe Pod']);
  expect(idle.length - 3).toBeLessThan(20);

  kubernetes.requests.length = 0;
  const submittedMs = performance.now();
  kubernetes.put(scoringJob('new'));
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('new-driver'), { ...soon, interval: 5 });
  expect(performance.now() - submittedMs).toBeLessThan(1_000);
  expect(withoutLease(kubernetes.requests).filter((request) => !request.includes(' new'))).toEqual([]);
});

const withoutLease = (requests: readonly string[]): string[] =>
  requests.filter((request) => !request.includes('Lease'));
