import { readFile } from 'node:fs/promises';
import { subjects } from '@proofmill/contract';
import { connectNats, jetstreamDispatch, jetstreamOutcomeSink, jetstreamTasks } from '@proofmill/jetstream';
import { natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { messagesIn } from './blocks.ts';
import { lastBlocks } from './store-damage.ts';

const skipReason = await natsSkipReason();
const run = 'job-label-0123abcd';

describe.skipIf(skipReason)(`the blocks of a killed server${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('give every message with its subject, acknowledged ones too, up to where a block is cut off', async () => {
    await using server = await startNatsServer();
    await using connection = await connectNats({ url: server.url, name: 'test' });
    const dispatch = jetstreamDispatch(connection, { run, partitions: 1 });
    await dispatch.open();
    for (const chunk of [0, 1, 2]) {
      const header = { v: 1 as const, run, stageDigest: 'd', shard: 7, chunk, drive: 1 };
      await dispatch.publish({ header, frame: Buffer.from(`frame ${chunk}`) });
    }
    const [first] = await oneTask(connection);
    await first?.acknowledge();
    await jetstreamOutcomeSink(connection, { run }).publish(0, Buffer.from('outcomes'));
    await server.kill('SIGKILL');

    const [outcomes, tasks] = (await lastBlocks(server)).sort();
    expect(await contentOf(outcomes)).toEqual([[subjects.outcomes(run, 0), 'outcomes']]);
    const sent = [0, 1, 2].map((chunk) => [subjects.task(run, 7, chunk), `frame ${chunk}`]);
    expect(await contentOf(tasks)).toEqual(sent);
    const block = await readFile(tasks ?? '');
    expect(messagesIn(block.subarray(0, -300)).length).toBeLessThan(sent.length);
  });
});

async function oneTask(connection: Awaited<ReturnType<typeof connectNats>>) {
  const pulled = await jetstreamTasks(connection, { run, doneKey: undefined, waitMs: 5_000 }).pull(
    1,
    AbortSignal.timeout(10_000),
  );
  return pulled === 'done' ? [] : pulled;
}

const contentOf = async (path = ''): Promise<string[][]> =>
  messagesIn(await readFile(path)).map(({ subject, payload }) => [subject, Buffer.from(payload).toString()]);
