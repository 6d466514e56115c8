import { type AskedLine, type Corpus, corpusSchema } from '@proofmill/contract';
import { Draw } from '@proofmill/plan';
import { labelStage } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { survey } from './survey.ts';

const pair = (prompt: string, ...responses: string[]): object => ({ prompt, responses });

it('a plan counts what is asked about, what is asked about once for several, and what cannot be read; it draws from the first of these', async () => {
  const values = [pair('q', 'a', 'b'), pair('q', 'b', 'a'), pair('other', 'a', 'b'), {}, pair('q', 'a', 'b', 'c')];
  const inputs = [{ uri: 'a.jsonl', bytes: 1, etag: 'e' }];
  const corpus: Corpus = {
    list: async () => inputs,
    async *records(_input, notice) {
      notice?.('a.jsonl: its name says JSON');
      yield values.map((value, at) => ({ line: at + 1, bytes: 10, value }));
    },
  };
  const first = labelStage({ run: 'r' }).definition;
  const spec = corpusSchema.parse({ uris: ['a.jsonl'] });
  const sizes = { shardBytes: 1000, shardRecords: 3, chunkItems: 10, chunkBytes: 1000, endParts: 1 };
  const draw = new Draw<AskedLine>(10, 0);
  const found = await survey({ corpus, inputs, spec, sizes, first, draw: { from: draw, skip: 1 } });
  expect(found).toMatchObject({
    ...{ records: 5, unreadable: 1, duplicates: 1, asked: 3, shards: 2 },
    notices: ['a.jsonl: its name says JSON'],
  });
  expect(found.lengths.bins().map(({ count }) => count)).toEqual([1, 2]);
  expect(draw.drawn.map(({ item }) => item.item.source.line).sort()).toEqual([3, 5]);
  expect(draw.population).toEqual({ items: 2, length: 'otherab'.length + 'qabc'.length });
});
