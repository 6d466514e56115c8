import { type Codec, ConfigurationError, IntegrityError, type PackLine, type TaskDelivery } from '@proofmill/contract';
import { encodePackLine } from '@proofmill/plan';
import { plainCodec } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { TaskReader } from './task-reader.ts';

const codec: Codec = {
  ...plainCodec,
  async decompress(frame) {
    if (frame[0] === 0) throw new IntegrityError('the frame is damaged');
    return frame;
  },
};

const taskOf = (content: Uint8Array, stageDigest = 'this stage'): TaskDelivery => ({
  header: { v: 1, run: 'r', stageDigest, shard: 7, chunk: 0, drive: 1 },
  frame: content,
  acknowledge: async () => undefined,
  release: async () => undefined,
  extend: async () => undefined,
});
const whole = taskOf(new Uint8Array());
const damaged = taskOf(new Uint8Array([0]));

const lineOf = (index: number): PackLine => ({
  ask: true,
  index,
  digest: 'd',
  item: {
    sourceId: null,
    source: { file: 'f', line: index + 1 },
    prompt: [{ role: 'user', content: 'p' }],
    responses: ['a', 'b'],
    gold: null,
  },
  prior: null,
});

function bed() {
  const sentences: string[] = [];
  const stage = { stageDigest: 'this stage' };
  const reader = new TaskReader({ stage, codec, onTrouble: (sentence) => sentences.push(sentence) });
  return { reader, sentences };
}

describe('the reader of tasks', () => {
  it('reports a damaged task, and is ready for the next one', async () => {
    const { reader, sentences } = bed();
    expect(await reader.read(damaged)).toBe('damaged');
    expect(await reader.read(whole)).toEqual([]);
    expect(sentences).toEqual([expect.stringMatching(/shard 7.*the frame is damaged/)]);
  });

  it('gives up at the twentieth damaged task in a row', async () => {
    const { reader } = bed();
    for (let count = 0; count < 19; count += 1) await reader.read(damaged);
    await reader.read(whole);
    for (let count = 0; count < 19; count += 1) expect(await reader.read(damaged)).toBe('damaged');
    await expect(reader.read(damaged)).rejects.toBeInstanceOf(IntegrityError);
  });

  it('gives the items that the task names, or all that are to be asked about where it names none', async () => {
    const { reader } = bed();
    const delivery = taskOf(Buffer.concat([0, 1, 2].map((index) => encodePackLine(lineOf(index)))));
    const indexesIn = async (only?: number[]): Promise<number[]> => {
      const items = await reader.read({ ...delivery, header: { ...delivery.header, ...(only ? { only } : {}) } });
      return items === 'damaged' ? [] : items.map(({ index }) => index);
    };
    expect(await indexesIn()).toEqual([0, 1, 2]);
    expect(await indexesIn([2, 0])).toEqual([0, 2]);
    expect(await indexesIn([1])).toEqual([1]);
  });

  it('refuses a task of another stage', async () => {
    const { reader, sentences } = bed();
    await expect(reader.read(taskOf(new Uint8Array(), 'another'))).rejects.toBeInstanceOf(ConfigurationError);
    expect(sentences).toEqual([]);
  });
});
