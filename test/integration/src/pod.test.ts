/** The commands as the containers of a pod run them: an engine on a unix socket, a probe, collectors that know their share. */
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { expectSameRows } from './expectations.ts';
import { openScene } from './scene.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;

describe.skipIf(skipReason).concurrent(`in a pod${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('a worker beside an engine on a unix socket, and collectors by share, finish a whole job', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed });
    const socket = join(scene.job.folder, 'engine.sock');
    const health = () => scene.command('health', '--engine', `unix://${socket}`);
    expect(await health()).toMatchObject({ code: 75, stderr: expect.stringContaining('did not answer 200') });

    let ready = '';
    scene.start(
      ['simulate', '--uds', socket, '--gold', scene.job.corpus],
      {},
      {
        onLine(line) {
          ready = line;
        },
      },
    );
    await until('the engine is ready', () => ready !== '');
    expect(await health()).toMatchObject({ code: 0, stderr: '' });

    let stage = '';
    const env = { NATS_URL: scene.nats.url, PROOFMILL_LOG: 'info' };
    const collectors = ['0/3', '1/3', '2/3'].map((share) =>
      scene.start(['collector', '--out', scene.job.out, '--share', share], env),
    );
    const coordinator = scene.start(['coordinator', '--job', scene.job.job, '--json'], env, {
      onLine(line) {
        stage ||= (JSON.parse(line) as { stage?: string }).stage ?? '';
      },
    });
    await until('the stage has begun', () => stage !== '');
    const stageFile = join(scene.job.out, '.proofmill', stage, 'stage.json');
    const worker = scene.start(['worker', '--stage', stageFile, '--engine', `unix://${socket}`], env);

    for (const role of [...collectors, worker, coordinator]) {
      expect(await within(`${role.name} ends`, role.ended)).toEqual({ code: 0, signal: null });
    }
    // Two partitions and three collectors: the first two have one partition each, the third has none.
    const committed = collectors.map(({ stderr }) => (stderr.match(/"msg":"committed"/g) ?? []).length);
    expect(committed).toEqual([2, 2, 0]);
    await expectSameRows(scene);
  });

  test('a node of an engine that is not the first asks nothing, is ready, and waits until it is stopped', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed });
    const words = ['worker', '--stage', 'no-such-file', '--engine', 'unix:///no-such-socket', '--node-rank'];
    const environment = { NATS_URL: scene.nats.url, PROOFMILL_LOG: 'info' };
    const node = scene.start([...words, '1', '--status-port', '0'], environment);
    await until('the node waits', () => node.stderr.includes('node 0 works'));
    const status = /"url":"(http:[^"]+)"/.exec(node.stderr)?.[1];
    for (const path of ['livez', 'readyz']) expect((await fetch(`${status}/${path}`)).status).toBe(200);
    node.kill('SIGTERM');
    expect(await within('the node ends', node.ended)).toEqual({ code: 143, signal: null });
    const first = await scene.command(...words, '0', '--nats', scene.nats.url);
    expect(first).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no no-such-file') });
    const wrong = await scene.command(...words, '-1', '--nats', scene.nats.url);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('It must be a whole number, 0 or above') });
  });

  test('an impossible share, or a share beside named partitions, is a usage error', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed });
    const collector = (...words: string[]) => scene.command('collector', '--out', scene.job.out, ...words);
    expect(await collector('--share', '2/2')).toMatchObject({ code: 2, stderr: expect.stringContaining('I/N') });
    expect(await collector('--share', '0/2', '--partitions', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be used with'),
    });
    expect(await scene.command('health', '--engine', 'engine')).toMatchObject({ code: 2 });
  });
});
