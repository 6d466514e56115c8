/** How often a chunk is sent of which nothing, or not enough, comes back. */
import { crc32 } from 'node:zlib';
import {
  bounds,
  type Dispatch,
  type OutcomeMessage,
  type RefusalMessage,
  type StageFile,
  sha256,
  type TaskHeader,
  UnavailableError,
} from '@proofmill/contract';
import { createEntry, stageFolder } from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import { failedOutcome, memoryJournals, memoryStore, planEntry } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { drive } from './drive.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);
const frame = new Uint8Array([1]);
const stage = { v: 1, run: 'r', stageDigest: 'd', partitions: 1 } as StageFile;
const entry = planEntry(2, { pack: { bytes: 1, sha256: sha256(frame) }, chunk: { sha256: sha256(frame) } });
const address = { v: 1, run: 'r', shard: 0, index: 0, itemDigest: 'd' } as const;
const outcomeOf = (index: number): OutcomeMessage => ({ ...address, index, body: failedOutcome });
const refusalOf = (drive: number): RefusalMessage => ({
  ...address,
  body: { type: 'refused', drive, reason: 'is no outcome' },
});

/**
 * Drives a shard of two items in one chunk. Every task that is sent is acknowledged at once, and `came` is what the journals have of
 * it then. Ends after twenty sends, or when nothing is sent any more.
 */
async function driven(
  came: (task: TaskHeader, sends: number) => readonly (OutcomeMessage | RefusalMessage)[],
  {
    mend = () => [],
    interruptions = () => 0,
    isAnswerLost = () => false,
  }: {
    mend?: (sends: number) => readonly string[];
    /** How often the transport was interrupted after so many questions of each kind. */
    interruptions?: (queued: number, drained: number) => number;
    isAnswerLost?: (sends: number) => boolean;
  } = {},
) {
  const folder = stageFolder(memoryStore(), 'label');
  await folder.store.write(folder.paths.pack(0), [frame]);
  await createEntry(folder, entry);
  const journals = memoryJournals();
  const journal = await journals.create(0);
  const stop = new AbortController();
  const sent: TaskHeader[] = [];
  const refused: string[] = [];
  const told: string[] = [];
  const asked = { queued: 0, drained: 0 };
  const queuedAtSends: number[] = [];
  let turnsWithoutSend = 0;
  const dispatch: Partial<Dispatch> = {
    get interruptions() {
      return interruptions(asked.queued, asked.drained);
    },
    async queued() {
      asked.queued += 1;
      return new Set();
    },
    mark: async () => 0,
    async drained() {
      asked.drained += 1;
      return true;
    },
    mend: async () => [...mend(sent.length)],
    async publish({ header }) {
      turnsWithoutSend = 0;
      sent.push(header);
      queuedAtSends.push(asked.queued);
      for (const message of came(header, sent.length)) await journal.append(encodeFrame(message, sum));
      if (sent.length >= 20) stop.abort();
      if (isAnswerLost(sent.length)) throw new UnavailableError('nats-unavailable', 'the answer was lost');
      return 'stored';
    },
  };
  const ended = drive({
    stage,
    folder,
    journals,
    crc32: sum,
    dispatch: dispatch as Dispatch,
    openTransport: async () => undefined,
    clock: { now: () => 0, sleep: async () => undefined },
    progress: { planned: 1, end: { v: 1, run: 'r', shards: 1, records: 2, decided: 0 } },
    window: { shards: 1, records: 0, mostSmall: 0 },
    pollMs: 1,
    watchMs: 1000,
    lookInto: () => null,
    transportDownMs: 1000,
    takeOver: () => false,
    stop: stop.signal,
    onCommit: () => true,
    onProgress: () => {
      turnsWithoutSend += 1;
      return turnsWithoutSend < 10;
    },
    onRefusal: (item, reason) => void refused.push(`${item} ${reason}`),
    onOffer: () => undefined,
    onSpare: null,
    quietMs: () => 3_600_000,
    onStandstill: (sentence) => void told.push(sentence),
    onTrouble: () => undefined,
  });
  return { ended: await ended.catch((error: unknown) => error), sent, queuedAtSends, refused, told };
}

describe('a chunk of which nothing comes back', () => {
  it('is sent five times, and then the coordinator ends: temporary, with what was sent and what may be wrong', async () => {
    const { ended, sent } = await driven(() => []);
    expect(sent).toHaveLength(bounds.fruitlessSends);
    expect(ended).toBeInstanceOf(UnavailableError);
    expect(String(ended)).toMatch(
      /2 items, the first of them 00000:0, were sent 5 times, and each time nothing came of it/,
    );
  });

  it('is counted from the last outcome of it on', async () => {
    const { ended, sent } = await driven((_task, sends) => (sends === 4 ? [outcomeOf(1)] : []));
    expect(sent).toHaveLength(4 + bounds.fruitlessSends);
    expect(sent.at(-1)).toMatchObject({ only: [0], drive: 9 });
    expect(String(ended)).toContain('item 00000:0 was sent 5 times');
  });
});

it('a chunk that was sent without an answer is sent again as another drive', async () => {
  const { sent } = await driven((_task, sends) => (sends === 2 ? [outcomeOf(0), outcomeOf(1)] : []), {
    isAnswerLost: (sends) => sends === 1,
  });
  expect(sent.map(({ drive }) => drive)).toEqual([1, 2]);
});

describe('the transport', () => {
  it('is mended ahead of sending a chunk again of which nothing came, once after each send', async () => {
    const sendsAtMends: number[] = [];
    const mend = (sends: number): readonly string[] => {
      sendsAtMends.push(sends);
      return sends === 1 ? ['a stream was created again'] : [];
    };
    const { sent, told } = await driven((_task, sends) => (sends === 2 ? [outcomeOf(0), outcomeOf(1)] : []), { mend });
    expect(sendsAtMends).toEqual([1]);
    expect(told).toEqual(['a stream was created again']);
    expect(sent).toHaveLength(2);
  });

  it('that always needs mending does not keep the coordinator from ending', async () => {
    const { ended, sent } = await driven(() => [], { mend: () => ['a stream was created again'] });
    expect(sent).toHaveLength(bounds.fruitlessSends);
    expect(ended).toBeInstanceOf(UnavailableError);
  });
});

describe('a transport that was interrupted while it was asked', () => {
  it.each([
    ['between two questions', (queued: number, drained: number) => Number(queued + drained > 1)],
    ['after the last question', (_queued: number, drained: number) => Number(drained > 0)],
  ])('is asked for what is queued again ahead of sending anything: %s', async (_when, interruptions) => {
    const both = () => [outcomeOf(0), outcomeOf(1)];
    expect((await driven(both)).queuedAtSends).toEqual([1]);
    expect((await driven(both, { interruptions })).queuedAtSends).toEqual([2]);
  });
});

describe('an item whose outcomes are refused', () => {
  it('is sent three times, each time as another drive, and then no more; each refusal is told once', async () => {
    const { ended, sent, refused } = await driven(({ drive }, sends) =>
      sends === 1 ? [outcomeOf(1), refusalOf(drive)] : [refusalOf(drive)],
    );
    expect(sent.map(({ drive, only = [0, 1] }) => [drive, only])).toEqual([
      [1, [0, 1]],
      [2, [0]],
      [3, [0]],
    ]);
    expect(ended).toBe('stopped');
    expect(refused).toEqual(Array.from({ length: 3 }, () => '00000:0 is no outcome'));
  });

  it('is a drive higher than those that an earlier coordinator has counted', async () => {
    const { sent } = await driven(({ drive }, sends) =>
      sends === 1 ? [outcomeOf(1), refusalOf(7)] : [refusalOf(drive)],
    );
    expect(sent.map(({ drive }) => drive)).toEqual([1, 8, 9]);
  });
});
