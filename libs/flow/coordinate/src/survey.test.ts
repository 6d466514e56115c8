import { type AskedLine, type Corpus, corpusSchema, type PackLine } from '@proofmill/contract';
import { Draw } from '@proofmill/plan';
import { labelStage } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { corpusRecords } from './planned-records.ts';
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

it('a record of a benchmark is planned as its comparisons, and a limit counts those', async () => {
  const record = { id: 1, prompt: 'q', chosen: ['a', 'b', 'c'], rejected: ['d', 'e', 'f'], domain: 'chat' };
  const values = [record, { ...record, id: 2, rejected: ['d'] }, { ...record, id: 3, prompt: 'r' }];
  const inputs = [{ uri: 'all.json', bytes: 1, etag: 'e' }];
  const corpus: Corpus = {
    list: async () => inputs,
    async *records() {
      yield values.map((value, at) => ({ line: at + 1, bytes: 90, value }));
    },
  };
  const first = labelStage({ run: 'r' }).definition;
  const sizes = { shardBytes: 1000, chunkItems: 10, chunkBytes: 1000, endParts: 1 };
  const planned = (limit?: number) => {
    const spec = corpusSchema.parse({ benchmark: 'rm-bench', path: 'all.json', ...(limit ? { limit } : {}) });
    return survey({ corpus, inputs, spec, sizes, first });
  };
  expect(await planned()).toMatchObject({ records: 19, asked: 18, unreadable: 1, gold: 18 });
  expect(await planned(12)).toMatchObject({ records: 12, asked: 11 });
  const spec = corpusSchema.parse({ benchmark: 'rm-bench', path: 'all.json' });
  const rest: PackLine[] = [];
  for await (const each of corpusRecords(corpus, inputs, spec, first, 12)) rest.push(each.line(rest.length));
  expect(rest.map((line) => line.ask && [line.item.sourceId, line.item.responses])).toEqual(
    [
      ['a', 'f'],
      ['b', 'd'],
      ['b', 'e'],
      ['b', 'f'],
      ['c', 'd'],
      ['c', 'e'],
      ['c', 'f'],
    ].map((pair) => ['3', pair]),
  );
});
