import type { Clock } from '@proofmill/contract';
import { memoryTransport } from '@proofmill/memory';
import { coordinator, transportSuite } from './transport-suite.ts';

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
  const run = 'job-label-0123abcd';
  const { dispatch, tasks, sink, outcomes, wipe, forgeDone } = memoryTransport({
    clock,
    stage: { run, partitions, doneKey: coordinator.publicKey },
    ackWaitMs,
    pullWaitMs: 500,
    ...(tasksBytes === undefined ? {} : { maxTaskBytes: tasksBytes }),
    ...(outcomesBytes === undefined ? {} : { maxOutcomeBytes: outcomesBytes }),
  });
  return {
    run,
    dispatch,
    worker: () => tasks,
    sink,
    outcomes,
    forgeDone: async () => forgeDone(),
    vanish: async () => wipe(),
    close: async () => {},
  };
});
