/** Teams with an account each on one server: the same run in both is two runs, and neither team reaches the other's. */
import { cp, link, mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doneSigner, subjects } from '@proofmill/contract';
import { connectNats, jetstreamDispatch, jetstreamTasks } from '@proofmill/jetstream';
import { fetchNatsServer, startNatsServer } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { writeJob } from './example.ts';
import { expectSameRows } from './expectations.ts';
import { accountsOf, natsUrl, type Role } from './nats-users.ts';
import { rowsOf } from './output.ts';
import { openScene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';
import { within } from './within.ts';

const timeout = 240_000;
const signer = doneSigner('the secret of a coordinator in tests');
const { signal: never } = new AbortController();
const run = 'job-label-0123abcd';
const [a, b] = [{ prefix: 'a-' }, { prefix: 'b-' }];
const config = accountsOf(a.prefix, b.prefix);

describe.each(['2.9.10', '2.15'] as const)('accounts of two teams, nats-server %s', async (version) => {
  const program = await fetchNatsServer(version, { report: () => undefined });
  const skipped = program.path === null ? `: skipped. ${program.reason} ${program.remedy}` : '';
  const nats = { program: program.path ?? '', config };

  test.skipIf(skipped)(
    `neither sees the streams, the tasks or the end of the other's run of the same name${skipped}`,
    {
      timeout,
    },
    async () => {
      await using server = await startNatsServer(nats);
      await using connections = new AsyncDisposableStack();
      const connect = async (role: Role, team: typeof a) =>
        connections.use(await connectNats({ url: natsUrl(server.url, role, team), name: role }));
      const team = async (which: typeof a) => {
        const worker = await connect('worker', which);
        return {
          worker,
          dispatch: jetstreamDispatch(await connect('coordinator', which), { run, partitions: 1 }),
          pull: () => jetstreamTasks(worker, { run, doneKey: signer.publicKey, waitMs: 500 }).pull(1, never),
        };
      };
      const [ofA, ofB] = [await team(a), await team(b)];
      await ofA.dispatch.open();
      const header = { v: 1 as const, run, stageDigest: 'digest', shard: 0, chunk: 0, drive: 1 };
      await ofA.dispatch.publish({ header, frame: new Uint8Array(10) });
      await expect(ofB.pull()).rejects.toMatchObject({ code: 'stream-missing' });

      await ofB.dispatch.open();
      expect(await ofB.dispatch.queued(0)).toEqual(new Set());
      expect(await ofB.pull()).toEqual([]);
      expect(await ofA.pull()).toHaveLength(1);

      await ofA.dispatch.announceDone(signer);
      const question = `$JS.API.CONSUMER.INFO.${subjects.tasksStream(run)}.workers`;
      ofA.worker.client.publish(question, '', { reply: subjects.task(run, 0, 7) });
      await ofA.worker.client.flush();
      expect(await ofA.pull()).toBe('done');
      expect(await ofB.pull()).toEqual([]);
      expect(await ofB.dispatch.queued(0)).toEqual(new Set());

      await ofB.dispatch.remove();
      expect(await ofA.dispatch.queued(0)).toContain(0);
    },
  );

  test.skipIf(skipped)(
    `both complete a job whose runs have the same names, at the same time${skipped}`,
    {
      timeout,
    },
    async ({ onTestFailed, task }) => {
      const job = { records: 40 };
      const natsUrlOfA = (url: string, role: Role | 'test') => natsUrl(url, role, a);
      await using scene = await openScene({ title: task.name, onTestFailed, job, nats, natsUrl: natsUrlOfA });
      await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-team-b-'));
      // A copy of the output of a job that has just begun: a run's name holds the place where it was begun.
      const begun = scene.start(
        ['coordinator', '--job', scene.job.job],
        { NATS_URL: natsUrlOfA(scene.nats.url, 'coordinator') },
        { crashAt: 'after dispatch.open' },
      );
      expect(await within('the coordinator dies', begun.ended)).toMatchObject({ signal: 'SIGKILL' });
      const jobOfB = { job: join(folder.path, 'job.yaml'), out: join(folder.path, 'out') };
      await writeJob(jobOfB.job, job);
      // The same file: a corpus that was written again would be another one.
      await link(scene.job.corpus, join(folder.path, 'pairs.jsonl'));
      await cp(scene.job.out, jobOfB.out, { recursive: true });
      expect(await runNameIn(jobOfB.out)).toBe(await runNameIn(scene.job.out));

      const ends = [a, b].map((team) => {
        const ofTeam = team === a ? scene.job : jobOfB;
        const words = ['run', ofTeam.job, '--engine', scene.engine.url, '--executor', 'nats'];
        return scene.start(words, { NATS_URL: natsUrl(scene.nats.url, 'test', team) }).ended;
      });
      expect(await within('both jobs end', Promise.all(ends))).toMatchObject([{ code: 0 }, { code: 0 }]);
      await expectSameRows(scene, job);
      expect(await rowsOf(jobOfB.out)).toEqual((await undisturbed(job)).rows);
    },
  );
});

async function runNameIn(out: string): Promise<string> {
  const stage = JSON.parse(await readFile(join(out, '.proofmill/label/stage.json'), 'utf8')) as { run: string };
  return stage.run;
}
