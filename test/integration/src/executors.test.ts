import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import { leftovers } from './leftovers.ts';
import { filesOf } from './output.ts';
import { openScene, type Scene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const engine = { timeScale: 0.005 };

describe.skipIf(skipReason).concurrent(`proofmill run${skipReason && `: skipped. ${skipReason}`}`, () => {
  // Measured ahead of all jobs: on a slow machine a job could end before it is known how much work it is.
  beforeAll(() => undisturbed(), timeout);

  test('over NATS: Ctrl-C half way drains, exits with 130 and says how to continue; the same command continues', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    const run = startRun(scene, 'nats');
    await scene.reached(0.5);
    run.interrupt();
    expect(await within('it drains', run.ended)).toEqual({ code: 130, signal: null });
    expect(run.stdout).toContain(`resume: npx proofmill run ${scene.job.job}`);
    await nothingButTheEngine(scene);
    expect(await within('it finishes', startRun(scene, 'nats').ended)).toEqual({ code: 0, signal: null });
    await nothingButTheEngine(scene);
    await expectSameRows(scene);
    // The server ends with the run: an outcome that no collector has read is asked for again.
    expectAskedTwice(scene, task.name, { brokers: 1 });
  });

  test('over NATS: killed with -9, it takes down all that it started; the same command continues', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    const run = startRun(scene, 'nats');
    await scene.reached(0.5);
    run.kill('SIGKILL');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await nothingButTheEngine(scene);
    expect(await within('it finishes', startRun(scene, 'nats').ended)).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
    expectAskedTwice(scene, task.name, { brokers: 1 });
  });

  test('over NATS: however often the coordinator dies, there are as many workers and collectors as the job asks for', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    const job = { workers: 2 };
    await using scene = await openScene({ title: task.name, onTestFailed, engine: { timeScale: 0.02 }, job });
    let stages = 0;
    const run = startRun(scene, 'nats', (line) => {
      if (line.includes('"event":"stage"')) stages += 1;
    });
    for (let deaths = 0; deaths < 2; deaths += 1) {
      await until('a coordinator reports its stage', () => stages > deaths, { withinMs: 60_000 });
      await until('two workers run', async () => (await pidsOf(scene, 'worker')).length >= 2, { withinMs: 60_000 });
      for (const pid of await pidsOf(scene, 'coordinator')) process.kill(pid, 'SIGKILL');
    }
    const most = { coordinator: 0, worker: 0, collector: 0 };
    const countToTheEnd = async (): Promise<boolean> => {
      for (const role of Object.keys(most) as (keyof typeof most)[])
        most[role] = Math.max(most[role], (await pidsOf(scene, role)).length);
      return !run.running;
    };
    await until('the run ends', countToTheEnd, { withinMs: 120_000, everyMs: 100 });
    expect({ ...most, stages }).toEqual({ coordinator: 1, worker: 2, collector: 1, stages: 3 });
    expect(await within('it finishes', run.ended)).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
  });

  test('on this machine: killed with -9 half way, it continues; edited, it is refused; finished, it changes nothing', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    const run = startRun(scene, 'local');
    await scene.reached(0.5);
    run.kill('SIGKILL');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });

    const edited = await scene.command('run', scene.job.job, '--limit', '10');
    expect(edited.code).toBe(2);
    expect(edited.stderr).toMatch(/holds another job[\s\S]*limit/);

    expect(await within('it finishes', startRun(scene, 'local').ended)).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
    // The transport ends with the run, as if a broker lost its store.
    expectAskedTwice(scene, task.name, { brokers: 1 });

    const before = await timesOf(scene.job.out);
    const { answers } = scene.engine.asked();
    const again = await scene.command('run', scene.job.job, '--engine', scene.engine.url, '--json');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('"event":"done"');
    expect(await timesOf(scene.job.out)).toEqual(before);
    expect(scene.engine.asked().answers).toBe(answers);
  });

  test('a role ends right after its last message', { timeout }, async ({ onTestFailed, task }) => {
    // A forgotten timer would hold the run and each of its roles for 5 seconds, every time. A busy machine may do that once.
    let shortest = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && shortest >= 4000; tries += 1) {
      await using scene = await openScene({ title: task.name, onTestFailed, job: { records: 20 } });
      let coordinatorMs = Number.NaN;
      const run = startRun(scene, 'nats', (line) => {
        if (line.includes('"the job is done"')) coordinatorMs = performance.now();
      });
      await within('it ends', run.ended);
      shortest = Math.min(shortest, performance.now() - coordinatorMs);
    }
    expect(shortest).toBeLessThan(4000);
  });
});

const startRun = (scene: Scene, executor: 'local' | 'nats', onLine?: (line: string) => void): Command =>
  scene.start(
    ['run', scene.job.job, '--engine', scene.engine.url, '--executor', executor, '--json'],
    {},
    onLine ? { onLine } : {},
  );

/** Resolves when all that `run` started has ended by itself. */
async function nothingButTheEngine(scene: Scene): Promise<void> {
  const processes = async () =>
    (await leftovers(scene.mark)).filter(({ commandLine }) => !commandLine.includes('simulate'));
  await until('the processes of the run end', async () => (await processes()).length === 0, { withinMs: 60_000 });
}

/** The processes of a role that the run has started. */
const pidsOf = async (scene: Scene, role: string): Promise<number[]> =>
  (await leftovers(scene.mark)).filter(({ commandLine }) => commandLine.includes(` ${role} --`)).map(({ pid }) => pid);

/** When each file was last changed. */
async function timesOf(folder: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const path of (await filesOf(folder)).keys()) times.set(path, (await stat(join(folder, path))).mtimeMs);
  return times;
}
