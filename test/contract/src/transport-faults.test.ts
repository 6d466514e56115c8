import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { doneSigner, lastSentence, subjects, UnavailableError } from '@proofmill/contract';
import {
  type Connection,
  connectNats,
  type DispatchOptions,
  jetstreamDispatch,
  jetstreamOutcomeSink,
  jetstreamOutcomes,
  jetstreamTasks,
} from '@proofmill/jetstream';
import { type NatsServer, natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const skipReason = await natsSkipReason();
const run = 'faults-label-0123abcd';
const never = new AbortController().signal;
/** A message as the client gives it. */
type Msg = Awaited<ReturnType<Connection['client']['request']>>;
const signer = doneSigner('the secret of a coordinator in tests');
const frame = new Uint8Array(1000);
const taskOf = (chunk: number, runName = run) => ({
  header: { v: 1 as const, run: runName, stageDigest: 'digest', shard: 0, chunk, drive: 1 },
  frame,
});

describe.skipIf(skipReason)(`JetStream faults${skipReason && `: skipped. ${skipReason}`}`, () => {
  let server: NatsServer;
  const logged: string[] = [];
  const connections: Connection[] = [];

  const connection = async (name: string): Promise<Connection> => {
    const opened = await connectNats({ url: server.url, name, log: (message) => logged.push(message) });
    connections.push(opened);
    return opened;
  };
  const roles = async (limits: Partial<DispatchOptions> = {}) => {
    const coordinator = await connection('coordinator');
    const worker = await connection('worker');
    const dispatch = jetstreamDispatch(coordinator, { run, partitions: 2, ...limits });
    await dispatch.open();
    return {
      coordinator,
      worker,
      dispatch,
      tasks: jetstreamTasks(worker, { run, doneKey: signer.publicKey }),
      sink: jetstreamOutcomeSink(worker, { run }),
      outcomes: jetstreamOutcomes(coordinator, { run }),
    };
  };

  beforeEach(async () => {
    server = await startNatsServer();
    logged.length = 0;
  });
  afterEach(async () => {
    for (const opened of connections.splice(0)) await opened.close();
    await server.stop();
  });

  test('stored messages survive a killed server, and connections find it again', async () => {
    const { dispatch, tasks, sink, outcomes } = await roles();
    for (let chunk = 0; chunk < 20; chunk += 1) await dispatch.publish(taskOf(chunk));
    await sink.publish(1, frame);
    await server.kill('SIGKILL');
    const publishing = dispatch.publish(taskOf(20));
    await server.restart();
    expect(await publishing).toBe('stored');
    expect((await dispatch.queued(0)).size).toBe(21);
    const pulled = await tasks.pull(30, never);
    expect(pulled).toHaveLength(21);
    const [delivery] = await outcomes.pull(1, 1, never);
    await delivery?.acknowledge();
    expect(await dispatch.drained(1, await dispatch.mark())).toBe(true);
  });

  test('a server without room for the streams of a run is unavailable, since other runs may hold the room', async () => {
    const tooManyBytes = 2 ** 50;
    const error: unknown = await roles({ tasksBytes: tooManyBytes }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error instanceof Error && lastSentence(error)).toMatch(
      /insufficient storage .* Run it again when other runs have ended/,
    );
  });

  test('a dead server is unavailable: at once for a waiting pull, within seconds for other calls', async () => {
    const { dispatch, tasks, outcomes } = await roles();
    // The first pull also asks whether the run is done. The next one only waits, and the kill cuts that wait off.
    expect(await tasks.pull(1, never)).toEqual([]);
    const waiting = Promise.allSettled([tasks.pull(1, never), outcomes.pull(0, 1, never)]);
    await expect.poll(() => dispatch.mark()).toBe(0);
    const startMs = performance.now();
    await server.kill('SIGKILL');
    for (const result of await waiting) expect(result).toMatchObject({ reason: { code: 'nats-unavailable' } });
    expect(performance.now() - startMs).toBeLessThan(1_500);
    await expect(dispatch.publish(taskOf(0))).rejects.toBeInstanceOf(UnavailableError);
    await expect(tasks.pull(1, never)).rejects.toBeInstanceOf(UnavailableError);
    expect(performance.now() - startMs).toBeLessThan(15_000);
    await server.restart();
    await expect.poll(() => dispatch.publish(taskOf(0)).catch(String), { timeout: 10_000 }).toBe('stored');
  });

  test('an abort ends a pull at once, even while the server is gone', async () => {
    const { tasks } = await roles();
    await server.kill('SIGKILL');
    const abort = new AbortController();
    const pulling = tasks.pull(1, abort.signal).catch(() => []);
    const startMs = performance.now();
    abort.abort();
    await pulling;
    expect(performance.now() - startMs).toBeLessThan(200);
  });

  test('open recreates the streams of a server that lost its store', async () => {
    const { dispatch, tasks } = await roles();
    await dispatch.publish(taskOf(0));
    await server.wipe();
    await expect
      .poll(() => dispatch.queued(0).catch((error) => error.code), { timeout: 10_000 })
      .toBe('stream-missing');
    await expect(tasks.pull(1, never)).rejects.toMatchObject({ code: 'stream-missing' });
    await dispatch.open();
    expect(await dispatch.publish(taskOf(0))).toBe('stored');
    expect(await tasks.pull(1, never)).toHaveLength(1);
  });

  /** Everything that can be pulled now, acknowledged. */
  const drainAll = async ({ tasks, outcomes }: Pick<Awaited<ReturnType<typeof roles>>, 'tasks' | 'outcomes'>) => {
    const pulled = await tasks.pull(100, never);
    const batches = [...(await outcomes.pull(0, 100, never)), ...(await outcomes.pull(1, 100, never))];
    for (const delivery of [...(pulled === 'done' ? [] : pulled), ...batches]) await delivery.acknowledge();
    return { tasks: pulled.length, batches: batches.length };
  };

  test('mend makes consumers that were deleted: what is stored is delivered', async () => {
    const all = await roles();
    const { coordinator, dispatch, sink, tasks } = all;
    for (let chunk = 0; chunk < 5; chunk += 1) await dispatch.publish(taskOf(chunk));
    await sink.publish(1, frame);
    for (const path of [
      `${subjects.tasksStream(run)}.${subjects.workers}`,
      `${subjects.outcomesStream(run)}.${subjects.collector(1)}`,
    ]) {
      await coordinator.client.request(`$JS.API.CONSUMER.DELETE.${path}`);
    }
    await expect(tasks.pull(1, never)).rejects.toMatchObject({ code: 'stream-missing' });
    expect(await dispatch.mend()).toEqual([
      'NATS had no consumer for the workers: it was created, and delivers what is stored.',
      'NATS had no consumer for the collector of partition 1: it was created, and delivers what is stored.',
    ]);
    expect(await drainAll(all)).toEqual({ tasks: 5, batches: 1 });
    expect(await dispatch.mend()).toEqual([]);
  });

  test('mend finds nothing to do while a fleet works, is slow or is suspended', async () => {
    const { dispatch, sink, tasks, outcomes } = await roles();
    for (let chunk = 0; chunk < 20; chunk += 1) await dispatch.publish(taskOf(chunk));
    for (let batch = 0; batch < 20; batch += 1) await sink.publish(batch % 2, frame);
    expect(await dispatch.mend()).toEqual([]);
    const held = await tasks.pull(7, never);
    const [first, ...others] = held === 'done' ? [] : held;
    await first?.acknowledge();
    await others[0]?.release(60_000);
    await outcomes.pull(0, 3, never);
    for (let look = 0; look < 3; look += 1) expect(await dispatch.mend()).toEqual([]);
    expect((await dispatch.queued(0)).size).toBe(19);
  });

  test('a consumer that is ahead of a store which has lost its blocks hides nothing for ever', async () => {
    const all = await roles();
    const { dispatch, sink } = all;
    const stored = (stream: string): string => join(server.storeDir, 'jetstream/$G/streams', stream, 'msgs');
    for (let chunk = 0; chunk < 30; chunk += 1) {
      await dispatch.publish(taskOf(chunk));
      await sink.publish(0, frame);
    }
    expect(await drainAll(all)).toEqual({ tasks: 30, batches: 30 });
    await server.kill('SIGKILL');
    for (const stream of [subjects.tasksStream(run), subjects.outcomesStream(run)]) {
      await rm(stored(stream), { recursive: true });
    }
    await server.restart();
    for (let chunk = 0; chunk < 26; chunk += 1) {
      await expect.poll(() => dispatch.publish(taskOf(chunk)).catch(String), { timeout: 10_000 }).toBe('stored');
    }
    await sink.publish(0, frame);
    const mark = await dispatch.mark();
    expect(await dispatch.drained(0, mark), 'nobody has taken it').toBe(false);
    const first = await drainAll(all);
    const mended = await dispatch.mend();
    process.stdout.write(`ahead: delivered at once ${JSON.stringify(first)}; mended: ${mended.join(' ')}\n`);
    const then = await drainAll(all);
    expect({ tasks: first.tasks + then.tasks, batches: first.batches + then.batches }).toEqual({
      tasks: 26,
      batches: 1,
    });
    expect(await dispatch.drained(0, mark)).toBe(true);
  });

  test('a stream with a damaged block delivers what is stored from then on, after it was mended at the latest', {
    timeout: 60_000,
  }, async () => {
    const all = await roles();
    const { dispatch, sink, outcomes } = all;
    const stream = subjects.outcomesStream(run);
    for (let batch = 0; batch < 40; batch += 1) await sink.publish(0, frame);
    for (const delivery of await outcomes.pull(0, 30, never)) await delivery.acknowledge();
    await server.kill('SIGKILL');
    const folder = join(server.storeDir, 'jetstream/$G/streams', stream, 'msgs');
    const blocks = (await readdir(folder)).filter((name) => name.endsWith('.blk'));
    expect(blocks).toHaveLength(1);
    const block = join(folder, blocks[0] ?? '');
    const bytes = await readFile(block);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 4;
    await writeFile(block, bytes);
    await server.restart();
    const publish = (): Promise<string> => sink.publish(0, frame).then(() => 'stored', String);
    await expect.poll(publish, { timeout: 20_000 }).toBe('stored');

    const mended: string[] = [];
    await drainAll(all);
    mended.push(...(await dispatch.mend()));
    await drainAll(all);
    mended.push(...(await dispatch.mend()));
    await drainAll(all);
    process.stdout.write(`a damaged block: ${mended.join(' ') || 'nothing was mended'}\n`);
    for (let batch = 0; batch < 5; batch += 1) expect(await publish()).toBe('stored');
    expect((await drainAll(all)).batches).toBe(5);
  });

  test('several coordinators may open at the same time', async () => {
    const dispatches = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => jetstreamDispatch(await connection(name), { run, partitions: 40 })),
    );
    await Promise.all(dispatches.map((dispatch) => dispatch.open()));
    expect(await dispatches[0]?.publish(taskOf(0))).toBe('stored');
    expect(await dispatches[3]?.publish(taskOf(0))).toBe('present');
    for (let partition = 0; partition < 40; partition += 1) {
      expect(await dispatches[1]?.drained(partition, 10)).toBe(true);
    }
  });

  test('opening with other limits changes the streams and keeps their messages', async () => {
    const { coordinator, dispatch } = await roles({ tasksBytes: 5_000, ackWaitMs: 5_000 });
    for (let chunk = 0; chunk < 4; chunk += 1) await dispatch.publish(taskOf(chunk));
    expect(await dispatch.publish(taskOf(5))).toBe('full');
    await jetstreamDispatch(coordinator, { run, partitions: 3, tasksBytes: 50_000, ackWaitMs: 9_000 }).open();
    expect(await dispatch.publish(taskOf(5))).toBe('stored');
    expect(await dispatch.drained(2, 0)).toBe(true);
  });

  test('opening revokes an earlier done', async () => {
    const { dispatch, tasks } = await roles();
    await dispatch.announceDone(signer);
    await dispatch.open();
    expect(await tasks.pull(1, never)).toEqual([]);
  });

  test('a done outlives a restart of the server', async () => {
    const { dispatch, worker } = await roles();
    await dispatch.announceDone(signer);
    await server.restart();
    const late = jetstreamTasks(worker, { run, doneKey: signer.publicKey });
    await expect.poll(() => late.pull(1, never).catch(String), { timeout: 10_000 }).toBe('done');
  });

  test('a copy of a done is not believed at the same place of a store that came after a loss', async () => {
    const { coordinator, dispatch, worker } = await roles();
    const announced = new Promise<Msg>((resolve) => {
      worker.client.subscribe(subjects.done(run), { callback: (_error, message) => resolve(message), max: 1 });
    });
    await worker.client.flush();
    await dispatch.announceDone(signer);
    const { headers = null } = await announced;
    await server.wipe();
    await expect.poll(() => dispatch.open().catch(String), { timeout: 10_000 }).toBeUndefined();
    const copied = await coordinator.client.request(subjects.done(run), '', {
      timeout: 5_000,
      ...(headers ? { headers } : {}),
    });
    expect(copied.json()).toMatchObject({ seq: 1 });
    expect(await jetstreamTasks(worker, { run, doneKey: signer.publicKey }).pull(1, never)).toEqual([]);
    expect(logged).toContain('a message says that the run is done, and its coordinator has not signed it');
  });

  test('a message that is not a task of the run is dropped and logged', async () => {
    const { coordinator, dispatch, tasks } = await roles();
    coordinator.client.publish(`pm.${run}.tasks.00000.00001`, 'no header');
    coordinator.client.publish(`pm.${run}.tasks.00000.what`, 'no chunk');
    await expect.poll(() => dispatch.queued(0)).toEqual(new Set([1]));
    await dispatch.publish(taskOf(2, 'another-run-0123abcd'));
    await dispatch.publish(taskOf(3));
    const pulled = await tasks.pull(10, never);
    expect(pulled === 'done' ? pulled : pulled.map(({ header }) => header.chunk)).toEqual([3]);
    expect(logged.filter((message) => message.includes('no task of this run'))).toHaveLength(3);
    expect(await dispatch.queued(0)).toEqual(new Set([3]));
  });

  test('a message larger than the server accepts never succeeds', async () => {
    const { dispatch, sink } = await roles();
    const large = new Uint8Array(2 * 1024 * 1024);
    await expect(dispatch.publish({ ...taskOf(0), frame: large })).rejects.toMatchObject({ name: 'TerminalError' });
    await expect(sink.publish(0, large)).rejects.toMatchObject({ name: 'TerminalError', code: 'too-large' });
  });
});
