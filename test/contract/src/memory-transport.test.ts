import type { Clock } from '@proofmill/contract';
import { memoryTransport } from '@proofmill/memory';
import { transportSuite } from './transport-suite.ts';

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener('abort', finish, { once: true });
    }),
};

transportSuite('memory', async ({ partitions, ackWaitMs, tasksBytes, outcomesBytes }) => {
  const { dispatch, tasks, sink, outcomes, wipe } = memoryTransport({
    clock,
    partitions,
    ackWaitMs,
    pullWaitMs: 500,
    ...(tasksBytes === undefined ? {} : { maxTaskBytes: tasksBytes }),
    ...(outcomesBytes === undefined ? {} : { maxOutcomeBytes: outcomesBytes }),
  });
  return {
    run: 'job-label-0123abcd',
    dispatch,
    worker: () => tasks,
    sink,
    outcomes,
    vanish: async () => wipe(),
    close: async () => {},
  };
});
