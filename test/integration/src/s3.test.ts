/** Jobs with their output, and their corpus, in an object store: the rows are those of a folder, whatever dies. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { natsSkipReason } from '@proofmill/nats-server';
import { type S3Server, s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import { placedAt, rowsOf } from './output.ts';
import { openScene, type Scene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';
import { within } from './within.ts';

const skipReason = (await s3SkipReason()) || (await natsSkipReason());
const timeout = 240_000;
const engine = { timeScale: 0.005 };

describe.skipIf(skipReason).concurrent(`a job in an object store${skipReason && `: skipped. ${skipReason}`}`, () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3();
  }, 60_000);
  afterAll(() => s3?.[Symbol.asyncDispose]());

  const startLocal = (scene: Scene): Command =>
    scene.start(['run', scene.job.job, '--engine', scene.engine.url, '--json']);

  test('has the rows that a folder has; its corpus may lie there too, and reports are read from there', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, s3, job: { prove: true, records: 80 } });
    const corpus = `s3://${s3.bucket}/${randomUUID()}/pairs.jsonl`;
    await s3.put(corpus.slice(`s3://${s3.bucket}/`.length), await readFile(scene.job.corpus));
    const words = ['--corpus', corpus.replace('pairs', 'p*s'), '--engine', scene.engine.url, '--show', '1'];
    const run = await scene.command('run', scene.job.job, ...words);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain(`npx proofmill verify ${scene.outUri}`);
    expect(run.stdout).toContain('--- 0000');
    expect(await scene.verify()).toEqual({ code: 0, sound: true, complete: true });

    const { rows } = await undisturbed({ prove: true, records: 80 });
    expect(await rowsOf(scene.job.out)).toEqual(placedAt(rows, corpus));

    expect((await scene.command('status', scene.outUri)).stdout).toContain('complete');
    expect((await scene.command('report', scene.outUri)).stdout).toContain('votes for the winner');
    // A complete job is left as it is, also by a reader who may no longer read the corpus.
    expect((await scene.command('run', scene.job.job, ...words)).code).toBe(0);
  });

  test('over NATS, with roles that die at named events', { timeout }, async ({ onTestFailed, task }) => {
    const crashes = {
      coordinator: ['after store.write packs', 'before store.write plan#2'],
      collector: [
        'before journals.create.sync#3',
        'after journals.create.sync',
        'before store.write manifests',
        'after store.write manifests',
      ],
    };
    await using scene = await openScene({ title: task.name, onTestFailed, s3, crashes, engine });
    scene.begin();
    await scene.done();
    for (const [role, events] of [
      [scene.coordinators[0], crashes.coordinator],
      [scene.collectors[0], crashes.collector],
    ] as const) {
      const deaths = role?.lives.slice(0, events.length).map(({ crashAt, signal }) => `${signal} ${crashAt}`);
      expect(deaths).toEqual(events.map((event) => `SIGKILL ${event}`));
    }
    await expectSameRows(scene);
    expectAskedTwice(scene, task.name, {});
  });

  test('the nats executor gives its workers their stage files', { timeout }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, s3 });
    const words = ['--engine', scene.engine.url, '--executor', 'nats'];
    const run = await scene.command('run', scene.job.job, ...words);
    expect(run.code, run.stderr).toBe(0);
    await expectSameRows(scene);
  });

  test('killed with -9 half way, it continues', { timeout }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, s3, engine });
    const run = startLocal(scene);
    await scene.reached(0.5);
    run.kill('SIGKILL');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await within('it finishes', startLocal(scene).ended)).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
  });

  test('outlasts a server that is away for a few seconds', { timeout }, async ({ onTestFailed, task }) => {
    await using server = await startS3();
    await using scene = await openScene({ title: task.name, onTestFailed, s3: server, engine });
    const run = startLocal(scene);
    await scene.reached(0.3);
    await server.kill();
    await pause(4000);
    await server.restart();
    expect(await within('it ends', run.ended, timeout), run.stderr).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
  });

  test('ends with 75 when the server stays away, and continues when it is back', { timeout }, async ({
    onTestFailed,
    task,
  }) => {
    await using server = await startS3();
    await using scene = await openScene({ title: task.name, onTestFailed, s3: server, engine });
    const run = startLocal(scene);
    await scene.reached(0.3);
    await server.kill();
    const ended = await within('it gives up', run.ended, timeout);
    await server.restart();
    expect(ended, run.stderr).toEqual({ code: 75, signal: null });
    expect(run.stderr).toMatch(/Run it again when the object store answers/);
    expect(await within('it finishes', startLocal(scene).ended)).toEqual({ code: 0, signal: null });
    await expectSameRows(scene);
  });

  test('is refused without a bucket, and not found without an output', { timeout }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, s3 });
    const nothing = await scene.command('status', `s3://${s3.bucket}/nothing`);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('not an output folder')]);
    const bucket = await scene.command('run', scene.job.job, '--out', 's3://no-such-bucket/x');
    expect([bucket.code, bucket.stderr]).toEqual([2, expect.stringContaining('There is no such bucket')]);
  });
});
