/** A whole job with all roles in this process and in real time: what they hold in memory while it runs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { collectPartition } from '@proofmill/collect';
import {
  type Corpus,
  type Engine,
  type Job,
  jobSchema,
  type RawRecord,
  type StageFile,
  shortestSigningSecret,
} from '@proofmill/contract';
import { coordinate } from '@proofmill/coordinate';
import { memoryTransport } from '@proofmill/memory';
import { systemClock } from '@proofmill/runtime';
import { judgeProfile, memoryJournals, memoryStore, plainCodec } from '@proofmill/test-kit';
import { defaultWorkTimes, work } from '@proofmill/work';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as (how: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

export interface HeldOptions {
  readonly shards: number;
  readonly recordsOfShard: number;
  /** Called for each commit. */
  readonly onCommit?: () => void;
}

/** Shards that are not committed yet when a look is taken: as many as are open at a time, so that these are the same for every job. */
const left = 12;
const recordBytes = 100;
const partitions = 2;

/** Bytes that are live when all shards but the last few are committed; what the folder and the journals hold is left out. */
export async function heldNearTheEnd({ shards, recordsOfShard, onCommit }: HeldOptions): Promise<number> {
  const objects = new Map<string, Uint8Array>();
  const [store, journals, clock] = [memoryStore(objects), memoryJournals(), systemClock()];
  const records = shards * recordsOfShard;
  const over = new AbortController();
  const roles: Promise<void>[] = [];
  const errors: unknown[] = [];
  const begin = async (role: Promise<unknown>): Promise<void> => {
    await role.catch((error: unknown) => errors.push(error));
  };
  let committed = 0;
  let held: number | null = null;

  const look = (): void => {
    objects.clear();
    for (let partition = 0; partition < partitions; partition += 1) {
      journals.change(partition, 1, () => new Uint8Array());
    }
    // An ordinary collection leaves what was only just held weakly.
    gc({ type: 'major', flavor: 'last-resort' });
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    held = heapUsed + arrayBuffers;
    over.abort(new Error('the look is taken'));
  };
  const beginFleet = (stage: StageFile): void => {
    const transport = transportOf(stage);
    const common = { stage, clock, stop: over.signal, codec: plainCodec };
    const { tasks, sink, outcomes } = transport;
    const times = { ...defaultWorkTimes, batchAgeMs: 5 };
    roles.push(
      begin(work({ ...common, tasks, sink, engine, chance: Math.random, slots: 16, times, abort: over.signal })),
    );
    for (let partition = 0; partition < partitions; partition += 1) {
      const collector = { ...common, partition, store, journals, outcomes, transportDownMs: 1000 };
      roles.push(begin(collectPartition(collector)));
    }
  };
  const transports = new Map<string, ReturnType<typeof memoryTransport>>();
  const transportOf = (stage: StageFile) => {
    const known = transports.get(stage.run) ?? memoryTransport({ clock, stage });
    transports.set(stage.run, known);
    return known;
  };

  await begin(
    coordinate({
      job: jobOf(shards),
      profiles: [{ judge: judgeProfile(), first: null, selector: null }],
      corpus: corpusOf(records),
      store,
      journalsOf: () => journals,
      dispatchOf: (stage) => transportOf(stage).dispatch,
      signing: { secret: null, draw: () => 'x'.repeat(shortestSigningSecret) },
      codec: plainCodec,
      clock,
      stop: over.signal,
      times: { pollMs: 5, watchMs: 1000, transportDownMs: 1000, lingerMs: 0 },
      events: {
        onStage: beginFleet,
        onCommit() {
          committed += 1;
          onCommit?.();
          if (committed === shards - left) look();
        },
      },
    }),
  );
  // The folder is empty after the look, and what they say about it is of no interest.
  over.abort();
  await Promise.all(roles);
  if (held !== null) return held;
  throw new Error('the job ended too early', { cause: errors[0] });
}

const jobOf = (shards: number): Job =>
  jobSchema.parse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'memory' },
    spec: {
      corpus: { uris: ['memory'] },
      pipeline: [{ stage: 'label', judge: 'test', engine: { model: 'm' }, votes: { max: 1 } }],
      output: { uri: 'memory', shards, partitions },
    },
  });

const corpusOf = (records: number): Corpus => ({
  list: async () => [{ uri: 'memory', bytes: records * recordBytes, etag: '1' }],
  async *records() {
    for (let first = 0; first < records; first += 100) {
      yield Array.from({ length: Math.min(100, records - first) }, (_, offset): RawRecord => {
        const line = first + offset + 1;
        return {
          line,
          bytes: recordBytes,
          value: { prompt: `question ${line}`, responses: [`a ${line}`, `b ${line}`] },
        };
      });
    }
  },
});

const engine: Engine = {
  chargesForRequests: false,
  models: async () => [{ id: 'm', maxTokens: null }],
  version: async () => null,
  healthy: async () => true,
  holdsBack: () => false,
  answer: async (request) => {
    if (request.kind !== 'chat') throw new TypeError(`a request of kind ${request.kind}`);
    const choice = { content: '<answer>A</answer>', reasoning: '', finishReason: 'stop' };
    const answer = { kind: 'chat' as const, choices: [choice], promptTokens: 10, completionTokens: 5, model: 'm' };
    return answer as never;
  },
};
