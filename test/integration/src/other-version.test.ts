/** A worker of another version, played by the test, between a real coordinator and a real collector: what it may cost, and who says so. */
import { crc32 } from 'node:zlib';
import { bounds, type OutcomeMessage, partitionOf, type TaskDelivery } from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamOutcomeSink, jetstreamTasks } from '@proofmill/jetstream';
import { encodeFrame } from '@proofmill/merge';
import { natsSkipReason } from '@proofmill/nats-server';
import { decodePackLines } from '@proofmill/plan';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { example } from './example.ts';
import { openScene, type Scene } from './scene.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const job = { records: 12, votes: 1 };
const tokens = { prompt: 2 ** 53, completion: 0 };

/** What the worker makes of the message for an item. */
type Foreign = (message: OutcomeMessage) => OutcomeMessage;

/** Starts coordinator and collector, and answers every task until the coordinator ends. */
async function runWith(foreign: Foreign, scene: Scene) {
  const env = { NATS_URL: scene.nats.url, PROOFMILL_LOG: 'info' };
  let run = '';
  const coordinator = scene.start(['coordinator', '--job', scene.job.job, '--json'], env, {
    onLine(line) {
      const event = JSON.parse(line) as { event?: string; run?: string };
      if (event.event === 'stage') run = event.run ?? '';
    },
  });
  const collector = scene.start(['collector', '--out', scene.outUri], env);
  await until('the stage begins', () => run || null);
  const ending = new AbortController();
  const sends = answerTasks(scene, run, foreign, ending.signal);
  const { code } = await within('the coordinator ends', coordinator.ended);
  ending.abort();
  const told = coordinator.stdout + coordinator.stderr;
  return { code, told, collected: () => collector.stdout + collector.stderr, sends: await sends };
}

/** Publishes something for each item of each task, and counts how often each item came. */
async function answerTasks(scene: Scene, run: string, foreign: Foreign, signal: AbortSignal) {
  const sends = new Map<string, number>();
  await using connection = await connectNats({ url: scene.nats.url, name: 'worker' });
  const tasks = jetstreamTasks(connection, { run });
  const sink = jetstreamOutcomeSink(connection, { run });
  const answer = async (delivery: TaskDelivery): Promise<void> => {
    const { shard, only, drive } = delivery.header;
    const lines = decodePackLines(await zstdCodec().decompress(delivery.frame, bounds.frameContentBytes));
    for (const line of lines) {
      if (!line.ask || (only && !only.includes(line.index))) continue;
      const item = `${shard}:${line.index}`;
      sends.set(item, (sends.get(item) ?? 0) + 1);
      const body = { type: 'done', tokens } as const;
      const message = foreign({ v: 1, run, shard, index: line.index, itemDigest: line.digest, body });
      await sink.publish(partitionOf(shard, example.partitions), encodeFrame(message, crc32, drive));
    }
    await delivery.acknowledge();
  };
  while (!signal.aborted) {
    // The streams are not there yet, or no longer.
    const pulled = await tasks.pull(4, signal).catch(() => []);
    if (pulled === 'done') break;
    for (const delivery of pulled) await answer(delivery);
  }
  return sends;
}

describe.skipIf(skipReason)(`a worker of another version${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('whose outcomes are refused gets each record three times; then the job ends with 2, and the reason is told', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, job });
    const { code, told, sends } = await runWith((message) => message, scene);
    expect(code).toBe(2);
    expect(told).toMatch(
      /stage label: a collector refuses the outcome of item \d+:\d+, because it is no outcome \(tokens\.prompt: /,
    );
    expect(told).toMatch(/refused, \d+ records/);
    expect(new Set(sends.values())).toEqual(new Set([bounds.refusals]));
  });

  test('whose messages name no planned record gets each chunk five times; then the coordinator ends with 75 and says so', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, job });
    const { code, told, collected, sends } = await runWith((message) => ({ ...message, run: 'another' }), scene);
    expect(code).toBe(75);
    expect(told).toMatch(
      /sent 5 times, and each time nothing came of it\. .*Run it again when all roles are of one version/,
    );
    expect(collected()).toContain('an outcome was set aside, because it belongs to run another');
    expect(Math.max(...sends.values())).toBe(bounds.fruitlessSends);
  });
});
