/**
 * What a user of NATS can have the server do for it: the server sends its answer to any subject that the asker names, with the server's
 * own rights. The table of docs/nats.md, line by line: what the server does, and that nobody believes it.
 */
import { doneSigner, subjects, type Task } from '@proofmill/contract';
import {
  type Connection,
  connectNats,
  jetstreamDispatch,
  jetstreamOutcomeSink,
  jetstreamOutcomes,
  jetstreamTasks,
} from '@proofmill/jetstream';
import { fetchNatsServer, startNatsServer } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { expectSameRows } from './expectations.ts';
import { accountOf, natsUrl, publishRefusal, subscriptionRefusal } from './nats-users.ts';
import { openScene } from './scene.ts';

const timeout = 240_000;
const signer = doneSigner('the secret of a coordinator in tests');
const { signal: never } = new AbortController();
const [own, other] = ['own-label-0123abcd', 'other-label-0123abcd'];
const config = accountOf('PROOFMILL', { runs: [own, other] });
const notSigned = 'a message says that the run is done, and its coordinator has not signed it';

const taskOf = (run: string, chunk: number): Task => ({
  header: { v: 1, run, stageDigest: 'digest', shard: 0, chunk, drive: 1 },
  frame: new Uint8Array(100),
});

const tasksOf = subjects.tasksStream;

/** What a worker's user may ask the server for, and what the answer is. */
const asked = (run: string) => ({
  'the state of the consumer': `$JS.API.CONSUMER.INFO.${subjects.tasksStream(run)}.workers`,
  'a task': `$JS.API.CONSUMER.MSG.NEXT.${subjects.tasksStream(run)}.workers`,
  'the end of the run': `$JS.API.DIRECT.GET.${subjects.tasksStream(run)}.${subjects.done(run)}`,
});

/** Asks the server, and has the answer sent to another subject. */
async function askFor({ client }: Connection, subject: string, reply: string): Promise<void> {
  client.publish(subject, '', { reply });
  await client.flush();
}

describe.each(['2.9.10', '2.15'] as const)('replies, nats-server %s', async (version) => {
  const program = await fetchNatsServer(version, { report: () => undefined });
  const skipped = program.path === null ? `: skipped. ${program.reason} ${program.remedy}` : '';
  const nats = { program: program.path ?? '', config };

  /** A server with two runs, and a connection for each kind of user. */
  async function open() {
    const opened = new AsyncDisposableStack();
    const server = opened.use(await startNatsServer(nats));
    const logged: string[] = [];
    const connect = async (role: 'coordinator' | 'worker' | 'collector' | 'test', run?: string) =>
      opened.use(
        await connectNats({
          url: natsUrl(server.url, role, { run: run ?? '' }),
          name: role,
          ...(run === undefined ? {} : { run }),
          log: (message) => logged.push(message),
        }),
      );
    const coordinator = await connect('coordinator');
    const runs = await Promise.all(
      [own, other].map(async (run) => {
        const dispatch = jetstreamDispatch(coordinator, { run, partitions: 1 });
        await dispatch.open();
        return { run, dispatch };
      }),
    );
    const [{ dispatch }, { dispatch: dispatchOther }] = runs as [(typeof runs)[0], (typeof runs)[0]];
    return {
      logged,
      connect,
      dispatch,
      dispatchOther,
      worker: await connect('worker'),
      collector: await connect('collector'),
      /** Messages that a stream holds under a subject. */
      async stored(stream: string, subject: string): Promise<number> {
        const { data } = await coordinator.client.request(
          `$JS.API.STREAM.INFO.${stream}`,
          JSON.stringify({ subjects_filter: subject }),
        );
        const { state } = JSON.parse(new TextDecoder().decode(data)) as {
          state: { subjects?: Record<string, number> };
        };
        return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
      },
      /** What a worker that starts now pulls. */
      pulled: async (connection: Connection, run = own) =>
        await jetstreamTasks(connection, { run, doneKey: signer.publicKey, waitMs: 500 }).pull(10, never),
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  }

  for (const what of ['the state of the consumer', 'the end of the run'] as const) {
    test.skipIf(skipped)(`${what}, sent to the end of the run, ends no worker${skipped}`, { timeout }, async () => {
      await using scene = await open();
      const { dispatch, worker, stored, pulled, logged } = scene;
      const waiting = jetstreamTasks(worker, { run: own, doneKey: signer.publicKey, waitMs: 500 });
      expect(await waiting.pull(0, never)).toEqual([]);
      await askFor(worker, asked(own)[what], subjects.done(own));
      await until('it is stored', async () => (await stored(tasksOf(own), subjects.done(own))) === 1);
      expect(await pulled(worker)).toEqual([]);
      expect(await waiting.pull(1, never)).toEqual([]);
      // That there is no end is the answer to the other question, and where it is stored it is read as that.
      if (what === 'the state of the consumer')
        await until('both workers have noticed', () => logged.filter((line) => line === notSigned).length === 2);

      await dispatch.announceDone(signer);
      expect(await pulled(worker)).toBe('done');
      await until('the waiting worker learns of it', async () => (await waiting.pull(1, never)) === 'done');
    });
  }

  test.skipIf(skipped)(
    `a signed end, copied, ends no worker of another run, and none of its own run later${skipped}`,
    { timeout },
    async () => {
      await using scene = await open();
      const { dispatch, worker, stored, pulled } = scene;
      await dispatch.announceDone(signer);
      await askFor(worker, asked(own)['the end of the run'], subjects.done(other));
      await until('the copy is stored', async () => (await stored(tasksOf(other), subjects.done(other))) === 1);
      expect(await pulled(worker, other)).toEqual([]);
      expect(await pulled(worker)).toBe('done');

      // A copy names the number of the message ahead of it: the stream takes it at that place only.
      await dispatch.open();
      await askFor(worker, asked(other)['the end of the run'], subjects.done(own));
      await askFor(worker, asked(own)['the state of the consumer'], subjects.task(own, 0, 9));
      await until(
        'the next answer is stored',
        async () => (await stored(tasksOf(own), subjects.task(own, 0, 9))) === 1,
      );
      expect(await stored(tasksOf(own), subjects.done(own))).toBe(0);
      expect(await pulled(worker)).toEqual([]);
    },
  );

  test.skipIf(skipped)(`an answer sent to the subject of a task is no task${skipped}`, { timeout }, async () => {
    await using scene = await open();
    const { dispatch, worker, stored, pulled, logged } = scene;
    const targets = [subjects.task(own, 0, 5), subjects.takeOver(own, 0, 5)];
    for (const target of targets) {
      await askFor(worker, asked(own)['the state of the consumer'], target);
      await until('it is stored', async () => (await stored(tasksOf(own), target)) === 1);
    }
    expect(await pulled(worker)).toEqual([]);
    expect(logged.filter((line) => line === 'dropped a message that is no task of this run')).toHaveLength(2);
    await until('there is room for the task', async () => (await dispatch.publish(taskOf(own, 5))) === 'stored');
    expect(await pulled(worker)).toMatchObject([{ header: { chunk: 5 } }]);
  });

  test.skipIf(skipped)(
    `a task or an outcome keeps its subject wherever it is sent, and nobody takes it for something else${skipped}`,
    { timeout },
    async () => {
      await using scene = await open();
      const { dispatch, dispatchOther, worker, collector, stored, pulled } = scene;
      const targets = [subjects.done(own), subjects.task(own, 0, 9), subjects.outcomes(own, 0), subjects.done(other)];
      for (const chunk of targets.keys()) await dispatch.publish(taskOf(own, chunk));
      for (const target of targets) await askFor(worker, asked(own)['a task'], target);
      await until(
        'one is in the stream of the other run',
        async () => (await stored(tasksOf(other), subjects.tasks(own))) === 1,
      );
      await jetstreamOutcomeSink(worker, { run: own }).publish(0, new TextEncoder().encode('whatever it says'));
      const next = `$JS.API.CONSUMER.MSG.NEXT.${subjects.outcomesStream(own)}.${subjects.collector(0)}`;
      await askFor(collector, next, subjects.done(other));
      await until(
        'the outcome is there too',
        async () => (await stored(tasksOf(other), subjects.outcomes(own, 0))) === 1,
      );

      expect(await stored(tasksOf(own), subjects.done(own))).toBe(0);
      expect(await dispatch.queued(0)).toEqual(new Set(targets.keys()));
      expect(await pulled(worker)).toEqual([]);
      expect(await pulled(worker, other)).toEqual([]);
      expect(await dispatchOther.queued(0)).toEqual(new Set());
      expect(await dispatchOther.drained(0, await dispatchOther.mark())).toBe(true);
    },
  );

  test.skipIf(skipped)(
    `acknowledgements of what somebody else has are taken from the user of all runs, and refused to that of another run${skipped}`,
    {
      timeout,
    },
    async () => {
      await using scene = await open();
      const { connect, dispatchOther, worker, collector, stored } = scene;
      const ackOf = (stream: string, consumer: string, sequence: number): string =>
        `$JS.ACK.${stream}.${consumer}.1.${sequence}.1.1700000000000000000.0`;
      const tasks = subjects.tasksStream(other);
      const outcomes = subjects.outcomesStream(other);
      const workerOfOwn = await connect('worker', own);
      for (const chunk of [0, 1]) await dispatchOther.publish(taskOf(other, chunk));
      await jetstreamOutcomeSink(worker, { run: other }).publish(0, new Uint8Array(10));

      const first = ackOf(tasks, 'workers', 1);
      expect(await publishRefusal(workerOfOwn, first)).toBe(`publish ${first}`);
      expect(await publishRefusal(collector, first)).toBe(`publish ${first}`);
      const outcome = ackOf(outcomes, subjects.collector(0), 1);
      expect(await publishRefusal(worker, outcome)).toBe(`publish ${outcome}`);
      expect(await dispatchOther.queued(0)).toEqual(new Set([0, 1]));

      await jetstreamTasks(await connect('worker', other), { run: other }).pull(1, never);
      expect(await publishRefusal(worker, first)).toBeNull();
      expect(await publishRefusal(worker, ackOf(tasks, 'workers', 2))).toBeNull();
      await until('the task is gone', async () => !(await dispatchOther.queued(0)).has(0));
      // Servers of 2.9 take an acknowledgement of what nobody has.
      const takesAll = version === '2.9.10';
      expect((await dispatchOther.queued(0)).has(1)).toBe(!takesAll);
      await dispatchOther.announceDone(signer);
      expect(await publishRefusal(worker, ackOf(tasks, 'workers', 3))).toBeNull();
      expect(await stored(tasks, subjects.done(other))).toBe(takesAll ? 0 : 1);
      // Whatever is gone is sent again.
      expect(await dispatchOther.publish(taskOf(other, 0))).toBe('stored');
      expect(await jetstreamOutcomes(collector, { run: other }).pull(0, 1, never)).toHaveLength(1);
      expect(await publishRefusal(collector, outcome)).toBeNull();
      await until('the outcome is gone', async () => (await stored(outcomes, subjects.outcomes(other, 0))) === 0);
    },
  );

  test.skipIf(skipped)(
    `the user of a run works for it, and reaches nothing of another${skipped}`,
    { timeout },
    async () => {
      await using scene = await open();
      const { connect, dispatch, dispatchOther, pulled, worker: workerOfAll } = scene;
      const worker = await connect('worker', own);
      await dispatch.publish(taskOf(own, 0));
      const tasks = await pulled(worker);
      if (tasks === 'done') throw new Error('not done');
      expect(tasks).toHaveLength(1);
      await jetstreamOutcomeSink(worker, { run: own }).publish(0, new Uint8Array(10));
      await tasks[0]?.extend();
      await tasks[0]?.acknowledge();
      expect(await dispatch.queued(0)).toEqual(new Set());
      expect(await dispatch.mark()).toBe(1);

      const refused = [
        ...Object.values(asked(other)),
        subjects.outcomes(other, 0),
        subjects.task(own, 0, 1),
        subjects.done(own),
        subjects.done(other),
        '_INBOX_worker.x',
      ];
      for (const subject of refused) {
        expect(await publishRefusal(worker, subject)).toBe(`publish ${subject}`);
      }
      for (const subject of [
        '_INBOX_worker.>',
        `_INBOX_worker.${other}.>`,
        subjects.done(other),
        `pm.${own}.tasks.>`,
      ]) {
        expect(await subscriptionRefusal(worker, subject)).toBe(`subscription ${subject}`);
      }
      // With the user of all runs the same subjects of the other run are open.
      for (const subject of Object.values(asked(other))) expect(await publishRefusal(workerOfAll, subject)).toBeNull();

      await dispatchOther.announceDone(signer);
      expect(await pulled(worker)).toEqual([]);
      await dispatch.announceDone(signer);
      expect(await pulled(worker)).toBe('done');
    },
  );

  test.skipIf(skipped)(
    `a job ends right while the worker's user has answers stored everywhere${skipped}`,
    {
      timeout,
    },
    async ({ onTestFailed, task }) => {
      const job = { records: 40 };
      const engine = { timeScale: 0.02 };
      await using scene = await openScene({ title: task.name, onTestFailed, job, engine, nats, natsUrl });
      scene.begin();
      const run = await until('the stage begins', () => scene.runs.get('label'));
      await using intruder = await connectNats({ url: natsUrl(scene.nats.url, 'worker'), name: 'worker' });
      const targets = [
        subjects.done(run),
        subjects.task(run, 0, 99),
        subjects.outcomes(run, 0),
        subjects.outcomes(run, 1),
      ];
      let isOver = false;
      const ended = scene.done().finally(() => {
        isOver = true;
      });
      let rounds = 0;
      const disturbing = async (): Promise<boolean> => {
        for (const target of targets) await askFor(intruder, asked(run)['the state of the consumer'], target);
        rounds += 1;
        return isOver;
      };
      await Promise.all([ended, until('the job is over', disturbing, { withinMs: timeout, everyMs: 100 })]);
      process.stdout.write(`nats-server ${version}: ${rounds} rounds of answers while the job ran\n`);
      expect(rounds).toBeGreaterThan(3);
      for (const worker of scene.workers) expect(worker.report()).toContain(notSigned);
      await expectSameRows(scene, job);
    },
  );
});
