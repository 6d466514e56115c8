import {
  type Dispatch,
  type OutcomeDelivery,
  type OutcomeSink,
  type OutcomeSource,
  type Task,
  type TaskSource,
  UnavailableError,
} from '@proofmill/contract';
import { afterEach, describe, expect, test } from 'vitest';
import { endOfRunTests } from './transport-ends.ts';
import { chunksOf, never, nextOutcomes, nextTask, pull, range } from './transport-pulls.ts';

/** All sides of one run's transport. Its streams exist once the test calls `open`. */
interface Transport {
  /** The run that task headers must name. */
  readonly run: string;
  readonly dispatch: Dispatch;
  /** Adds a worker, which believes `coordinator`. */
  worker(): TaskSource;
  readonly sink: OutcomeSink;
  readonly outcomes: OutcomeSource;
  /** Stores a message that says that the run is over, with the signature of an earlier one where there was one. */
  forgeDone(): Promise<void>;
  /** Loses everything, including the streams. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

interface TransportSettings {
  readonly partitions: number;
  readonly ackWaitMs: number;
  readonly tasksBytes?: number;
  readonly outcomesBytes?: number;
}

export type MakeTransport = (settings: TransportSettings) => Promise<Transport>;

/** Longer than any test, so that a test which depends on this wait fails. */
const neverMs = 120_000;
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);

/** What the flows rely on, with any transport. */
export function transportSuite(name: string, makeTransport: MakeTransport): void {
  describe(`transport: ${name}`, () => {
    const opened: Transport[] = [];
    afterEach(async () => {
      for (const transport of opened.splice(0)) await transport.close();
    });

    const make = async (settings: Partial<TransportSettings> = {}) => {
      const transport = await makeTransport({ partitions: 2, ackWaitMs: neverMs, ...settings });
      opened.push(transport);
      await transport.dispatch.open();
      const { run, dispatch, sink, outcomes } = transport;
      const task = (shard: number, chunk: number, more: Partial<Task['header']> = {}, frame = bytesOf(100)): Task => ({
        header: { v: 1, run, stageDigest: 'digest', shard, chunk, drive: 1, ...more },
        frame,
      });
      const publish = (shard: number, chunk: number) => dispatch.publish(task(shard, chunk));
      return { transport, dispatch, sink, outcomes, task, publish, worker: transport.worker() };
    };

    test('a task arrives as it was sent', async () => {
      const { dispatch, worker, task } = await make();
      const sent = task(12, 7, { drive: 3, only: [4, 5], alone: true }, bytesOf(300_000));
      await dispatch.publish(sent);
      const delivery = await nextTask(worker);
      expect(delivery.header).toEqual(sent.header);
      expect(Buffer.compare(delivery.frame, sent.frame)).toBe(0);
    });

    test('a task to take over stands beside the task of its chunk, and is not evidence that the chunk is under way', async () => {
      const { dispatch, worker, task, publish } = await make();
      const takeOver = task(3, 0, { only: [4, 9], takeOver: true });
      expect(await dispatch.publish(takeOver)).toBe('stored');
      expect(await dispatch.publish(takeOver)).toBe('present');
      expect(await dispatch.queued(3)).toEqual(new Set());
      expect(await publish(3, 0)).toBe('stored');
      expect(await dispatch.queued(3)).toEqual(new Set([0]));
      const delivery = await nextTask(worker);
      expect(delivery.header).toEqual(takeOver.header);
      await delivery.acknowledge();
      expect((await nextTask(worker)).header.takeOver).toBeUndefined();
    });

    test('the demand counts tasks that nobody has taken, and workers that wait', async () => {
      const { transport, dispatch, worker, publish } = await make();
      await publish(0, 0);
      await publish(0, 1);
      await expect.poll(() => dispatch.demand()).toEqual({ queued: 2, waiting: 0 });
      await nextTask(worker);
      await expect.poll(() => dispatch.demand()).toEqual({ queued: 1, waiting: 0 });
      await nextTask(worker);
      const stop = new AbortController();
      const pulls = [worker.pull(1, stop.signal), transport.worker().pull(1, stop.signal)];
      await expect.poll(() => dispatch.demand()).toEqual({ queued: 0, waiting: 2 });
      stop.abort();
      await Promise.all(pulls);
    });

    test('a chunk is stored once until it is acknowledged', async () => {
      const { publish, worker } = await make();
      expect(await publish(0, 0)).toBe('stored');
      expect(await publish(0, 0)).toBe('present');
      const delivery = await nextTask(worker);
      expect(await publish(0, 0)).toBe('present');
      await delivery.acknowledge();
      expect(await publish(0, 0)).toBe('stored');
    });

    test('queued names the queued and in-flight chunks of one shard', async () => {
      const { dispatch, publish, worker } = await make();
      await publish(3, 0);
      await publish(3, 2);
      await publish(30, 5);
      expect(await dispatch.queued(3)).toEqual(new Set([0, 2]));
      const delivery = await nextTask(worker);
      expect(delivery.header).toMatchObject({ shard: 3, chunk: 0 });
      expect(await dispatch.queued(3)).toEqual(new Set([0, 2]));
      await delivery.acknowledge();
      expect(await dispatch.queued(3)).toEqual(new Set([2]));
      expect(await dispatch.queued(4)).toEqual(new Set());
    });

    test('acknowledging twice is harmless', async () => {
      const { publish, worker } = await make();
      await publish(0, 0);
      const delivery = await nextTask(worker);
      await delivery.acknowledge();
      await delivery.acknowledge();
    });

    test('a pull gives the available tasks, never more than asked for', async () => {
      const { publish, worker } = await make();
      for (const chunk of [0, 1, 2]) await publish(0, chunk);
      expect(chunksOf(await pull(worker, 2))).toEqual([0, 1]);
      expect(chunksOf(await pull(worker, 5))).toEqual([2]);
      expect(chunksOf(await pull(worker, 5))).toEqual([]);
    });

    test('a waiting worker gets a task as soon as there is one', async () => {
      const { publish, worker } = await make();
      const pulling = pull(worker, 4);
      await publish(0, 0);
      expect(chunksOf(await pulling)).toEqual([0]);
    });

    test('a released task is delivered again, not before its delay', async () => {
      const { publish, worker } = await make();
      await publish(0, 0);
      await (await nextTask(worker)).release(0);
      const again = await nextTask(worker);
      const startMs = performance.now();
      await again.release(700.123456789);
      await nextTask(worker);
      expect(performance.now() - startMs).toBeGreaterThan(600);
    });

    test('an unacknowledged task is delivered again after the ack wait', async () => {
      const { publish, worker } = await make({ ackWaitMs: 600 });
      await publish(0, 0);
      await nextTask(worker);
      const again = await nextTask(worker);
      expect(again.header).toMatchObject({ shard: 0, chunk: 0 });
      await again.acknowledge();
    });

    test('a task that is extended is not delivered again', async () => {
      const { transport, publish, worker, dispatch } = await make({ ackWaitMs: 800 });
      await publish(0, 0);
      const delivery = await nextTask(worker);
      const extending = setInterval(() => void delivery.extend(), 200);
      try {
        const otherWorker = transport.worker();
        const endMs = performance.now() + 2_500;
        while (performance.now() < endMs) expect(chunksOf(await pull(otherWorker, 1))).toEqual([]);
      } finally {
        clearInterval(extending);
      }
      await delivery.acknowledge();
      expect(await dispatch.queued(0)).toEqual(new Set());
    });

    test('workers share the tasks, each of which is delivered once', async () => {
      const { transport, publish } = await make();
      await Promise.all(Array.from({ length: 60 }, (_, chunk) => publish(0, chunk)));
      const seen: number[] = [];
      const work = async (worker: TaskSource): Promise<void> => {
        while (seen.length < 60) {
          for (const delivery of await pull(worker, 3)) {
            seen.push(delivery.header.chunk);
            await delivery.acknowledge();
          }
        }
      };
      await Promise.all([work(transport.worker()), work(transport.worker()), work(transport.worker())]);
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, chunk) => chunk));
    });

    test('a full stream of tasks refuses until there is room', async () => {
      const { dispatch, worker, task } = await make({ tasksBytes: 100_000 });
      const send = (chunk: number) => dispatch.publish(task(0, chunk, {}, bytesOf(40_000)));
      expect(await send(0)).toBe('stored');
      expect(await send(1)).toBe('stored');
      expect(await send(2)).toBe('full');
      await (await nextTask(worker)).acknowledge();
      await expect.poll(() => send(2)).toBe('stored');
    });

    test('a full stream of outcomes refuses with a retryable error', async () => {
      const { sink, outcomes } = await make({ outcomesBytes: 100_000 });
      await sink.publish(0, bytesOf(40_000));
      await sink.publish(1, bytesOf(40_000));
      await expect(sink.publish(0, bytesOf(40_000))).rejects.toMatchObject({ name: 'RetryableError', code: 'full' });
      for (const delivery of await nextOutcomes(outcomes, 1)) await delivery.acknowledge();
      await expect.poll(() => sink.publish(0, bytesOf(40_000)).then(() => 'stored')).toBe('stored');
    });

    test('outcomes arrive as they were sent, by partition and in order', async () => {
      const { sink, outcomes } = await make();
      await sink.publish(0, bytesOf(256 * 1024));
      await sink.publish(1, bytesOf(10));
      await sink.publish(0, bytesOf(20));
      const firstPartition = await outcomes.pull(0, 10, never);
      expect(firstPartition.map(({ batch }) => batch.length)).toEqual([256 * 1024, 20]);
      expect(Buffer.compare(firstPartition[0]?.batch ?? new Uint8Array(), bytesOf(256 * 1024))).toBe(0);
      expect((await outcomes.pull(1, 10, never)).map(({ batch }) => batch.length)).toEqual([10]);
    });

    test('unacknowledged outcomes are delivered again', async () => {
      const { sink, outcomes } = await make({ ackWaitMs: 600 });
      await sink.publish(0, bytesOf(20));
      await nextOutcomes(outcomes, 0);
      const again = await nextOutcomes(outcomes, 0);
      expect(again.map(({ batch }) => batch.length)).toEqual([20]);
    });

    test('a partition is drained when every outcome up to the mark is acknowledged', async () => {
      const { dispatch, sink, outcomes } = await make();
      expect(await dispatch.drained(0, await dispatch.mark())).toBe(true);
      await sink.publish(0, bytesOf(10));
      const mark = await dispatch.mark();
      expect(await dispatch.drained(0, mark)).toBe(false);
      expect(await dispatch.drained(1, mark)).toBe(true);
      const [delivery] = await nextOutcomes(outcomes, 0);
      expect(await dispatch.drained(0, mark)).toBe(false);
      await delivery?.acknowledge();
      expect(await dispatch.drained(0, mark)).toBe(true);
    });

    test('one unacknowledged message among many acknowledged ones keeps a partition from being drained', async () => {
      const { dispatch, sink, outcomes } = await make();
      for (let index = 0; index < 8; index += 1) await sink.publish(0, bytesOf(index));
      const deliveries: OutcomeDelivery[] = [];
      for (let index = 0; index < 28; index += 1) {
        await sink.publish(1, bytesOf(index));
        deliveries.push(...(await nextOutcomes(outcomes, 1)));
      }
      const mark = await dispatch.mark();
      // As when a collector dies with messages in hand, another acknowledges the rest, and those are delivered again.
      for (const index of [0, 1, ...range(10, 18), ...range(19, 28), ...range(2, 10)]) {
        await deliveries[index]?.acknowledge();
        expect(await dispatch.drained(1, mark)).toBe(false);
      }
      await deliveries[18]?.acknowledge();
      expect(await dispatch.drained(1, mark)).toBe(true);
    });

    test('traffic after the mark does not keep a partition from being drained', async () => {
      const { dispatch, sink, outcomes } = await make();
      await sink.publish(0, bytesOf(1));
      await sink.publish(0, bytesOf(2));
      await sink.publish(1, bytesOf(3));
      const mark = await dispatch.mark();
      const [first, second] = await outcomes.pull(0, 2, never);
      await sink.publish(0, bytesOf(4));
      await sink.publish(1, bytesOf(5));
      await second?.acknowledge();
      expect(await dispatch.drained(0, mark)).toBe(false);
      await first?.acknowledge();
      expect(await dispatch.drained(0, mark)).toBe(true);
      expect(await dispatch.drained(0, await dispatch.mark())).toBe(false);
      await nextOutcomes(outcomes, 0);
      expect(await dispatch.drained(0, mark)).toBe(true);
      expect(await dispatch.drained(1, mark)).toBe(false);
    });

    test('a partition is never drained too early', async () => {
      const { dispatch, sink } = await make();
      for (let round = 0; round < 100; round += 1) {
        await sink.publish(round % 2, bytesOf(10));
        expect(await dispatch.drained(round % 2, await dispatch.mark())).toBe(false);
      }
    });

    endOfRunTests(make);

    test('an aborted pull ends at once and strands no task', async () => {
      const { publish, worker, transport } = await make();
      for (let round = 0; round < 20; round += 1) {
        const abort = new AbortController();
        const pulling = pull(worker, 4, abort.signal).catch(() => []);
        const publishing = publish(0, round);
        if (round % 3 === 0) await publishing;
        if (round % 3 === 1) await new Promise(setImmediate);
        const startMs = performance.now();
        abort.abort();
        const taken = await pulling;
        expect(performance.now() - startMs).toBeLessThan(500);
        await publishing;
        const delivery = taken[0] ?? (await nextTask(transport.worker(), 5_000));
        expect(delivery.header.chunk).toBe(round);
        await delivery.acknowledge();
      }
    });

    test('a pull with an aborted signal takes nothing', async () => {
      const { publish, worker } = await make();
      await publish(0, 0);
      expect(chunksOf(await pull(worker, 1, AbortSignal.abort()).catch(() => []))).toEqual([]);
      await nextTask(worker);
    });

    test('vanished streams are unavailable until they are opened again', async () => {
      const { transport, dispatch, publish, worker, sink, outcomes } = await make();
      await publish(0, 0);
      await sink.publish(0, bytesOf(10));
      const mark = await dispatch.mark();
      await transport.vanish();
      const missing = { name: UnavailableError.name, code: 'stream-missing' };
      await expect(publish(0, 1)).rejects.toMatchObject(missing);
      await expect(dispatch.queued(0)).rejects.toMatchObject(missing);
      await expect(dispatch.mark()).rejects.toMatchObject(missing);
      await expect(dispatch.drained(0, mark)).rejects.toMatchObject(missing);
      await expect(worker.pull(1, never)).rejects.toMatchObject(missing);
      await expect(transport.worker().pull(1, never)).rejects.toMatchObject(missing);
      await expect(sink.publish(0, bytesOf(10))).rejects.toMatchObject(missing);
      await expect(outcomes.pull(0, 1, never)).rejects.toMatchObject(missing);

      await dispatch.open();
      expect(await dispatch.queued(0)).toEqual(new Set());
      expect(await publish(0, 0)).toBe('stored');
      await (await nextTask(worker)).acknowledge();
      await sink.publish(0, bytesOf(30));
      const [delivery] = await nextOutcomes(outcomes, 0);
      expect(delivery?.batch.length).toBe(30);
      await delivery?.acknowledge();
      expect(await dispatch.drained(0, await dispatch.mark())).toBe(true);
    });

    test('a waiting pull ends when the streams vanish', async () => {
      const { transport, worker, outcomes } = await make();
      const waiting = [worker.pull(1, never), outcomes.pull(0, 1, never)];
      const results = Promise.allSettled(waiting);
      await transport.vanish();
      for (const result of await results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(UnavailableError);
        else expect(result.value).toEqual([]);
      }
    });

    test('opening twice and removing twice are harmless', async () => {
      const { dispatch, publish } = await make();
      await publish(0, 0);
      await dispatch.open();
      expect(await dispatch.queued(0)).toEqual(new Set([0]));
      await dispatch.remove();
      await dispatch.remove();
    });
  });
}
