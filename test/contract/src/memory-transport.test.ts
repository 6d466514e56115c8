import type { Clock } from '@proofmill/contract';
import { memoryTransport } from '@proofmill/memory';
import { expect, test } from 'vitest';
import { coordinator } from './transport-ends.ts';
import { nextTask } from './transport-pulls.ts';
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

test('the transport in memory holds so many tasks, however small they are, and refuses until one is acknowledged', async () => {
  const { dispatch, tasks } = memoryTransport({
    clock,
    stage: { run: 'r', partitions: 1, doneKey: coordinator.publicKey },
    maxTasks: 3,
  });
  await dispatch.open();
  const publish = (chunk: number) =>
    dispatch.publish({
      header: { v: 1, run: 'r', stageDigest: 'd', shard: 0, chunk, drive: 1 },
      frame: new Uint8Array(1),
    });
  const answers = [await publish(0), await publish(1), await publish(2), await publish(3), await publish(1)];
  expect(answers).toEqual(['stored', 'stored', 'stored', 'full', 'present']);
  await (await nextTask(tasks)).acknowledge();
  expect(await publish(3)).toBe('stored');
});
