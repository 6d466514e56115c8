/** Access of the bed to the streams of a run, past the roles: to look, to shorten waits, and to do damage. */
import { parseTaskSubject, subjects } from '@proofmill/contract';
import { type Connection, connectNats } from '@proofmill/jetstream';
import { until } from '@proofmill/process';

interface Answer {
  readonly error?: { readonly description?: string };
}

interface StreamInfo extends Answer {
  readonly config?: Readonly<Record<string, unknown>> & { readonly max_bytes: number };
  readonly state?: {
    readonly bytes: number;
    readonly last_seq: number;
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

interface ConsumerInfo {
  readonly name: string;
  readonly num_ack_pending: number;
  readonly config: Readonly<Record<string, unknown>>;
}

interface StoredTask {
  readonly shard: number;
  readonly chunk: number;
}

export type StreamKind = 'tasks' | 'outcomes';

/** What a run has in NATS at a moment. */
export interface RunState {
  /** The subjects of all tasks that are stored, also of those to take over. */
  readonly tasks: ReadonlySet<string>;
  /** By stream: the number of its last message, and how many messages are delivered and not acknowledged. */
  readonly numbers: Readonly<Record<StreamKind, { readonly last: number; readonly unacknowledged: number }>>;
}

export interface Streams extends AsyncDisposable {
  /** The tasks that are stored, waiting for a worker or held by one; and how many are held. */
  tasks(run: string): Promise<{ readonly stored: readonly StoredTask[]; readonly held: number }>;
  /** What a run has in NATS. */
  state(run: string): Promise<RunState>;
  /** Sets the ack wait of all consumers of a run; false where there is none. */
  setAckWait(run: string, ms: number): Promise<boolean>;
  /** Changes the room of a stream; gives what it was, or null where there is no such stream. `full`: hardly more than what it holds now. */
  setRoom(run: string, kind: StreamKind, bytes: number | 'full'): Promise<number | null>;
  deleteConsumer(run: string, kind: StreamKind, choice: number): Promise<string>;
  deleteStream(run: string, kind: StreamKind): Promise<string>;
}

/** A stream that holds more than its room loses messages, so there is some for what comes until the change. */
const sentMeanwhile = 16 * 1024;
const answerMs = 5_000;
/** A server that was killed is back within this time, also on a busy machine. */
const backMs = 120_000;

const nameOf = (run: string, kind: StreamKind): string =>
  kind === 'tasks' ? subjects.tasksStream(run) : subjects.outcomesStream(run);

export async function openStreams(url: string): Promise<Streams> {
  const connection: Connection = await connectNats({ url, name: 'bed' });

  /** Asks until NATS answers. */
  const ask = <T extends Answer>(subject: string, request: object | null = null): Promise<T> =>
    until(
      `NATS answers ${subject}`,
      () =>
        connection.client
          .request(subject, request === null ? '' : JSON.stringify(request), { timeout: answerMs })
          .then((message) => message.json<T>())
          .catch(() => null),
      { withinMs: backMs, everyMs: 100 },
    );

  const info = (run: string, kind: StreamKind): Promise<StreamInfo> =>
    ask(`$JS.API.STREAM.INFO.${nameOf(run, kind)}`, kind === 'tasks' ? { subjects_filter: subjects.tasks(run) } : null);

  const consumersOf = async (run: string, kind: StreamKind): Promise<readonly ConsumerInfo[]> => {
    const answer = await ask<Answer & { readonly consumers?: readonly ConsumerInfo[] }>(
      `$JS.API.CONSUMER.LIST.${nameOf(run, kind)}`,
      { offset: 0 },
    );
    return answer.consumers ?? [];
  };

  return {
    async tasks(run) {
      const { state } = await info(run, 'tasks');
      const [workers] = await consumersOf(run, 'tasks');
      return {
        stored: Object.keys(state?.subjects ?? {}).flatMap((subject) => parseTaskSubject(subject) ?? []),
        held: workers?.num_ack_pending ?? 0,
      };
    },
    async state(run) {
      const numbersOf = async (kind: StreamKind) => {
        const { state } = await info(run, kind);
        const pending = (await consumersOf(run, kind)).map((consumer) => consumer.num_ack_pending);
        return { last: state?.last_seq ?? 0, unacknowledged: pending.reduce((sum, count) => sum + count, 0) };
      };
      const { state } = await info(run, 'tasks');
      return {
        tasks: new Set(Object.keys(state?.subjects ?? {})),
        numbers: { tasks: await numbersOf('tasks'), outcomes: await numbersOf('outcomes') },
      };
    },
    async setAckWait(run, ms) {
      let isSet = false;
      for (const kind of ['tasks', 'outcomes'] as const) {
        for (const { name, config } of await consumersOf(run, kind)) {
          const changed = { stream_name: nameOf(run, kind), config: { ...config, ack_wait: ms * 1_000_000 } };
          const { error } = await ask(`$JS.API.CONSUMER.DURABLE.CREATE.${nameOf(run, kind)}.${name}`, changed);
          isSet ||= error === undefined;
        }
      }
      return isSet;
    },
    async setRoom(run, kind, bytes) {
      const { config, state } = await info(run, kind);
      if (!config || !state) return null;
      const changed = { ...config, max_bytes: bytes === 'full' ? state.bytes + sentMeanwhile : bytes };
      await ask(`$JS.API.STREAM.UPDATE.${nameOf(run, kind)}`, changed);
      return config.max_bytes;
    },
    async deleteConsumer(run, kind, choice) {
      const consumers = await consumersOf(run, kind);
      const name = consumers[Math.floor(choice * consumers.length)]?.name;
      if (name === undefined) return 'there was none';
      await ask(`$JS.API.CONSUMER.DELETE.${nameOf(run, kind)}.${name}`);
      return name;
    },
    async deleteStream(run, kind) {
      await ask(`$JS.API.STREAM.DELETE.${nameOf(run, kind)}`);
      return nameOf(run, kind);
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
