/**
 * Compares the streams of a run with their consumers. In a work queue every stored message is pending at its consumer, or in flight. One
 * that is neither is never delivered. After the loss of a store's last blocks the consumer may even know of messages that are no more, and
 * take new ones with their numbers for them.
 *
 *   missing       a stream or a consumer: created
 *   unreadable    a stream that cannot give the last message that it says it holds: it is created again. A 2.9 server with a damaged
 *                 block stores what it is given and reads none of it. All that was in the stream is lost then, and nothing of a job is
 *   ahead         the consumer has delivered more than the stream has stored: it is replaced
 *   out of sight  messages that the consumer does not know: it is replaced, and the new one delivers all that is stored
 *   passed over   they are still there, and the new consumer has passed over them: removed. The coordinator finds their items missing
 */
import { type ConsumerInfo, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import type { DispatchOptions } from './dispatch.ts';
import { ensureConsumer, ensureStream } from './ensure.ts';
import { ask } from './request.ts';
import { streamInfo } from './stream-info.ts';
import {
  collectorConsumer,
  outcomesStream,
  tasksStream,
  type WantedConsumer,
  type WantedStream,
  workersConsumer,
} from './streams.ts';

/** Mends the streams and consumers of a run. Gives a sentence for each thing mended. */
export type Mending = () => Promise<string[]>;

const doing = 'comparing the streams with their consumers';

/** Remembers which consumers it has replaced. */
export function mendingOf(connection: Connection, options: DispatchOptions): Mending {
  const { run, partitions } = options;
  /** By stream and consumer: how many messages were out of sight when it was replaced. */
  const replaced = new Map<string, number>();
  return async () => {
    const { manager } = await apiOf(connection);
    const mended: string[] = [];
    const tasks = tasksStream(run, options);
    const outcomes = outcomesStream(run, options);
    const means: Means = { connection, manager, replaced };
    for (const stream of [tasks, outcomes]) {
      if (await ensureStream(connection, manager, stream))
        mended.push(`NATS had no stream ${stream.name}: it was created.`);
    }
    const ofTasks = [{ stream: tasks, consumer: workersConsumer(run, options), who: 'the workers' }];
    const ofOutcomes = Array.from({ length: partitions }, (_, partition) => ({
      stream: outcomes,
      consumer: collectorConsumer(run, partition, options),
      who: `the collector of partition ${partition}`,
    }));
    for (const group of [ofTasks, ofOutcomes]) {
      const sentence = await mendStream(means, group);
      mended.push(...(sentence === null ? await mendConsumers(means, group) : [sentence]));
    }
    return mended;
  };
}

interface Means {
  readonly connection: Connection;
  readonly manager: JetStreamManager;
  readonly replaced: Map<string, number>;
}

interface Checked {
  readonly stream: WantedStream;
  readonly consumer: WantedConsumer;
  readonly who: string;
}

/** Creates the stream of these consumers again, where what it holds cannot be read. */
async function mendStream(means: Means, group: readonly Checked[]): Promise<string | null> {
  const { connection, manager } = means;
  for (const { stream, consumer } of group) {
    if (!(await isUnreadable(means, stream.name, consumer.filter_subject ?? ''))) continue;
    await ask(connection, doing, () => manager.streams.delete(stream.name));
    await ensureStream(connection, manager, stream);
    for (const each of group) await ensureConsumer(connection, manager, stream.name, each.consumer);
    return `NATS could not read what its stream ${stream.name} holds: it was created again, and what was in it is asked about again where it is missing.`;
  }
  return null;
}

/** Whether a stream holds messages and cannot give the last one. Looks again, since the last one may just have been acknowledged. */
async function isUnreadable({ connection, manager }: Means, stream: string, subject: string): Promise<boolean> {
  for (let look = 0; look < 3; look += 1) {
    const { state } = await streamInfo(connection, stream, doing, subject);
    if (Object.keys(state.subjects ?? {}).length === 0) return false;
    const last = await ask(connection, doing, () =>
      manager.streams.getMessage(stream, { last_by_subj: subject }).catch(nullWhenRefused),
    );
    if (last !== null) return false;
  }
  return true;
}

const nullWhenRefused = (error: unknown): null => {
  if (error instanceof JetStreamApiError) return null;
  throw error;
};

async function mendConsumers(means: Means, group: readonly Checked[]): Promise<string[]> {
  const sentences: string[] = [];
  for (const checked of group) {
    const sentence = await mendConsumer(means, checked);
    if (sentence !== null) sentences.push(sentence);
  }
  return sentences;
}

async function mendConsumer(means: Means, checked: Checked): Promise<string | null> {
  const { connection, manager, replaced } = means;
  const { stream, consumer, who } = checked;
  const key = `${stream.name} ${consumer.durable_name}`;
  if (await ensureConsumer(connection, manager, stream.name, consumer)) {
    return `NATS had no consumer for ${who}: it was created, and delivers what is stored.`;
  }
  const state = await compare(means, checked);
  if (state === 'moving') return null;
  if (state.isAhead) {
    await replace(means, checked);
    return `NATS has lost messages, and would have passed over others for ${who}: the consumer was replaced.`;
  }
  const { unknown } = state;
  const isUnreadable = unknown > 0 && replaced.get(key) === unknown;
  if (unknown > 0 && !isUnreadable) replaced.set(key, unknown);
  else replaced.delete(key);
  if (unknown === 0) return null;
  if (isUnreadable) {
    const filter = consumer.filter_subject ?? '';
    await ask(connection, doing, () => manager.streams.purge(stream.name, { filter }));
    return `NATS could not deliver ${unknown} messages for ${who}: they were removed, and what they were about is asked again.`;
  }
  await replace(means, checked);
  return `NATS had ${unknown} messages for ${who} that it did not deliver: the consumer was replaced.`;
}

async function replace({ connection, manager }: Means, { stream, consumer }: Checked): Promise<void> {
  await ask(connection, doing, () => manager.consumers.delete(stream.name, consumer.durable_name));
  await ensureConsumer(connection, manager, stream.name, consumer);
}

interface Compared {
  /** It has delivered more than the stream has ever stored, as after the loss of blocks: what comes next is not delivered. */
  readonly isAhead: boolean;
  /** Messages that are stored, and neither pending nor in flight. */
  readonly unknown: number;
}

/** `moving`: the answers are of different moments, and nothing stands still where something moves. */
async function compare({ connection, manager }: Means, { stream, consumer }: Checked): Promise<Compared | 'moving'> {
  const info = (): Promise<ConsumerInfo> =>
    ask(connection, doing, () => manager.consumers.info(stream.name, consumer.durable_name));
  const before = await info();
  const { state } = await streamInfo(connection, stream.name, doing, consumer.filter_subject);
  const after = await info();
  if (stateOf(before) !== stateOf(after)) return 'moving';
  const stored = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    isAhead: after.delivered.stream_seq > state.last_seq,
    unknown: Math.max(0, stored - after.num_pending - after.num_ack_pending),
  };
}

const stateOf = ({ delivered, ack_floor, num_pending, num_ack_pending }: ConsumerInfo): string =>
  [delivered.consumer_seq, ack_floor.consumer_seq, num_pending, num_ack_pending].join(' ');
