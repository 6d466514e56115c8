import type { Clock, Task, TaskSource } from '@proofmill/contract';
import { type Content, memoryTransport } from '@proofmill/memory';
import { describe, expect, test } from 'vitest';
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

describe('after a fault of its server, the transport in memory', () => {
  const opened = async () => {
    const lost: Content[] = [];
    const transport = memoryTransport({
      clock,
      stage: { run: 'r', partitions: 1, doneKey: coordinator.publicKey },
      pullWaitMs: 50,
      onLoss: (content) => void lost.push(content),
    });
    await transport.dispatch.open();
    const task = (chunk: number): Task => ({
      header: { v: 1, run: 'r', stageDigest: 'd', shard: 0, chunk, drive: 1 },
      frame: new Uint8Array(1),
    });
    return { ...transport, task, lost };
  };
  const chunks = async (tasks: TaskSource): Promise<number[]> => {
    const pulled = await tasks.pull(10, new AbortController().signal);
    return pulled === 'done' ? [] : pulled.map(({ header }) => header.chunk);
  };

  test('has again what an earlier copy had, with what was acknowledged since, and lacks what came later', async () => {
    const { dispatch, tasks, sink, copy, restore, task } = await opened();
    const [first, second] = [task(0), task(1)];
    await dispatch.publish(first);
    const earlier = copy();
    await (await nextTask(tasks)).acknowledge();
    await dispatch.publish(second);
    const batch = new Uint8Array(9);
    await sink.publish(0, batch);
    expect(restore(earlier)).toEqual({ lost: [{ task: second }, { batch }], returned: [{ task: first }] });
    expect(await chunks(tasks)).toEqual([0]);
  });

  test('delivers nothing in the place of a lost end until it is mended', async () => {
    const { dispatch, tasks, copy, loseEnd, task } = await opened();
    const earlier = copy();
    await dispatch.publish(task(0));
    expect(loseEnd('tasks', earlier).lost).toHaveLength(1);
    await dispatch.publish(task(1));
    expect(await chunks(tasks)).toEqual([]);
    expect(await dispatch.mend()).not.toEqual([]);
    expect(await chunks(tasks)).toEqual([1]);
  });

  test('loses the outcomes that it is given in a stream that cannot be read, and says that they are drained, until it is mended', async () => {
    const { dispatch, sink, spoil, lost } = await opened();
    spoil('outcomes');
    const batch = new Uint8Array(9);
    await sink.publish(0, batch);
    expect(lost).toEqual([{ batch }]);
    expect(await dispatch.drained(0, await dispatch.mark())).toBe(true);
    await dispatch.mend();
    await sink.publish(0, batch);
    expect(await dispatch.drained(0, await dispatch.mark())).toBe(false);
  });
});
