import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeJob } from './example.ts';
import { expectSameRows } from './expectations.ts';
import { forgedOutcomes, lastOfShard2 } from './forged.ts';
import { openScene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;

describe.skipIf(skipReason).concurrent(`refusals${skipReason && `: skipped. ${skipReason}`}`, () => {
  // Measured ahead of all jobs: on a slow machine a job could end before it is known how much work it is.
  beforeAll(() => undisturbed(), timeout);

  test('a worker whose engine serves another model exits with 2 and says what to change', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, job: { model: 'other-judge' } });
    scene.begin();
    const worker = await until('a worker is started', () => scene.workers[0]);
    expect(await within('the worker ends', worker.ended)).toBe(2);
    expect(worker.lives).toHaveLength(1);
    expect(worker.report()).toContain('the engine serves simulated-judge, the job asks for other-judge');
    expect(scene.engine.asked().answers).toBe(0);
  });

  test('a judge whose route the engine lacks ends the job with 2, and the job says how to start an engine that has it', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, job: { judge: 'classify' } });
    const { code, stderr } = await scene.command('run', scene.job.job, '--engine', scene.engine.url);
    expect(code).toBe(2);
    expect(stderr).toContain('has no /classify');
    expect(stderr).toContain('--runner pooling');
    expect(existsSync(join(scene.job.out, '_SUCCESS'))).toBe(false);
  });

  test('a corpus that changes while it is planned is refused', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed });
    const words = ['coordinator', '--job', scene.job.job];
    const env = { NATS_URL: scene.nats.url };
    const first = scene.start(words, env, { crashAt: 'before store.write plan#3' });
    expect(await within('it dies', first.ended)).toEqual({ code: null, signal: 'SIGKILL' });
    await appendFile(scene.job.corpus, '{"question":"one more"}\n');
    const second = scene.start(words, env);
    expect(await within('it ends', second.ended)).toEqual({ code: 2, signal: null });
    expect(second.stderr).toContain('the corpus changed while it was being planned');
  });

  test('a reached limit ends the job with 3 and no _SUCCESS; with a higher limit the job continues to its end', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, job: { limits: { maxTokens: 50_000 } } });
    const words = ['run', scene.job.job, '--engine', scene.engine.url, '--executor'];
    const limited = await scene.command(...words, 'nats');
    expect(limited.code).toBe(3);
    expect(limited.stderr).toContain('limits.maxTokens is 50000');
    expect(existsSync(join(scene.job.out, '_SUCCESS'))).toBe(false);
    await writeJob(scene.job.job, { limits: { maxTokens: 50_000_000 } });
    expect(await scene.command(...words, 'local')).toMatchObject({ code: 0 });
    await expectSameRows(scene);
  });

  test('a job that has cost as much as it may ends with 3, and shows what it has cost', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    const options = { limits: { maxCost: 0.1 }, price: { prompt: 1, completion: 10 } };
    await using scene = await openScene({ title: task.name, onTestFailed, job: options });
    const words = ['run', scene.job.job, '--engine', scene.engine.url];
    const limited = await scene.command(...words);
    expect(limited.code).toBe(3);
    const spent = Number(limited.stderr.match(/tokens for (\d+\.\d+) are spent, limits\.maxCost is 0\.1/)?.[1]);
    expect(spent).toBeGreaterThanOrEqual(0.1);
    await writeJob(scene.job.job, { ...options, limits: { maxCost: 1000 } });
    const done = await scene.command(...words);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^cost +\d+\.?\d*$/m);
    const status = await scene.command('status', scene.job.out, '--job', scene.job.job, '--json');
    const [cost] = (JSON.parse(status.stdout) as { costs: number[] }).costs;
    expect(cost).toBeGreaterThan(spent);
    expect((await scene.rows()).data.size).toBeGreaterThan(0);
  });

  test('outcomes that nobody asked for are quarantined and change nothing', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine: { timeScale: 0.003 } });
    scene.begin();
    await scene.reached(0.03);
    const run = scene.runs.get('label') ?? '';
    const item = await until('shard 2 is planned', () => lastOfShard2(scene.job.out));
    const forged = forgedOutcomes(run, item);
    for (const { bytes } of forged) await scene.broker.publish(`pm.${run}.outcomes.0`, bytes);
    await scene.done();
    const ends = (scene.collectors[0]?.report() ?? '').matchAll(/"quarantined":(\d+)/g);
    expect([...ends].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(forged.length);
    await expectSameRows(scene);
  });
});
