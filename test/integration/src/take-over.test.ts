import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { createSimulator, type Simulator } from '@proofmill/simulator';
import { describe, expect, test } from 'vitest';
import { type Command, startCommand } from './command.ts';
import { exampleJob, writeExample } from './example.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const records = 60;
/** Longer than this test may take: only a worker that takes over what lies there ends the job. */
const neverScale = 10_000;

describe.skipIf(skipReason)(`near the end of a stage${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('an idle worker takes over what a slow one has open, and each item is asked about once more at most', {
    timeout,
  }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-take-over-'));
    const paths = await writeExample(folder.path, { records });
    const job = exampleJob({ takeOver: true });
    const [label] = job.spec.pipeline;
    Object.assign(label ?? {}, { engine: { model: 'simulated-judge' }, votes: { max: 1 } });
    await writeFile(paths.job, JSON.stringify(job));

    await using nats = await startNatsServer();
    await using slow = await engineAt(neverScale);
    await using quick = await engineAt(0.01);
    await using roles = new AsyncDisposableStack();
    const start = (...words: string[]): Command => {
      const command = startCommand({
        name: words[0] ?? '',
        words: [...words, '--nats', nats.url],
        mark: folder.path,
      });
      roles.defer(async () => {
        if (command.running) command.kill('SIGKILL');
        await command.ended;
      });
      return command;
    };
    start('collector', '--out', paths.out);
    const coordinator = start('coordinator', '--job', paths.job, '--json');
    const stage = join(paths.out, '.proofmill/label/stage.json');
    const isOpened = (): Promise<boolean> => readFile(stage).then(Boolean, () => false);
    await until('the stage is opened', isOpened, { withinMs: 60_000 });
    const worker = (engine: TimedEngine) => start('worker', '--stage', stage, '--engine', engine.url, '--slots', '4');
    worker(slow);
    await until('the slow worker has tasks', () => slow.simulator.log().requests > 0, { withinMs: 60_000 });
    const quickWorker = worker(quick);
    expect(await coordinator.ended).toEqual({ code: 0, signal: null });

    const taken = offersIn(coordinator.stdout);
    process.stdout.write(`take-over: ${taken} items were offered, ${quick.simulator.log().requests} requests\n`);
    expect(taken).toBeGreaterThanOrEqual(4);
    await quickWorker.ended;
    const [, items] = /"takenOver":\{"items":(\d+),"tokens":[1-9]/.exec(quickWorker.stderr) ?? [];
    expect(Number(items), 'what the quick worker says it took over').toBeGreaterThanOrEqual(4);
    expect(Number(items)).toBeLessThanOrEqual(taken);
    const asked = new Map<string, number>();
    for (const { key, order, seed, asked: times } of [slow, quick].flatMap(({ simulator }) => simulator.logEntries())) {
      const answer = `${key} ${order} ${seed}`;
      asked.set(answer, (asked.get(answer) ?? 0) + times);
    }
    const twice = [...asked.values()].filter((times) => times > 1);
    expect(twice.every((times) => times === 2)).toBe(true);
    expect(twice.length).toBeLessThanOrEqual(taken);
  });
});

interface TimedEngine extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly url: string;
}

async function engineAt(timeScale: number): Promise<TimedEngine> {
  const simulator = createSimulator({ timeScale });
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  return { simulator, url, [Symbol.asyncDispose]: () => simulator.close(0) };
}

const offersIn = (stdout: string): number =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; items?: number })
    .reduce((sum, { event, items = 0 }) => sum + (event === 'offer' ? items : 0), 0);
