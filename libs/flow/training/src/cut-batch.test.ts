import { type BatchFile, type Corpus, corpusSchema } from '@proofmill/contract';
import { BenchmarkPrompts } from '@proofmill/export-rows';
import { promptNumber } from '@proofmill/rounds';
import { memoryStore } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { corpusOf, pair } from './corpus.fixture.ts';
import { type BatchWanted, cutBatch } from './cut-batch.ts';

const spec = corpusSchema.parse({ uris: ['pairs.jsonl'] });
const ask = (content: string) => [{ role: 'user', content }];
const question = 'which of these two answers about trees and rivers in the north of the country is right';
const measured = new BenchmarkPrompts();
measured.add('evaluation held', ask(question));
measured.add('bench.jsonl', ask('a short one'));

async function cut(
  values: readonly object[],
  more: Partial<BatchWanted> = {},
): Promise<{ readonly batch: BatchFile; readonly prompts: Record<string, string[]> }> {
  const objects = new Map<string, Uint8Array>();
  const batch = await cutBatch(memoryStore(objects), 'round-001', {
    ...{ corpus: corpusOf(values), spec, part: 0, parts: 1, items: 100, goldShare: 1 },
    ...{ gold: null, measured, started: new Set([promptNumber(ask('seed'))]) },
    ...more,
  });
  const prompts: Record<string, string[]> = {};
  for (const { path } of batch.files) {
    const lines = Buffer.from(objects.get(`round-001/${path}`) ?? [])
      .toString()
      .trimEnd()
      .split('\n');
    prompts[path] = lines.filter((line) => line !== '').map((line) => JSON.parse(line).prompt[0].content);
  }
  return { batch, prompts };
}

it('what judges are measured on is in no batch, by the whole prompt or by thirteen words, and is counted by its source', async () => {
  const longer = `Please say ${question.toUpperCase()}, and why.`;
  const twelve = question.split(' ').slice(0, 12).join(' ');
  const { batch, prompts } = await cut([
    ...[pair(question), pair(longer, { ratings: [1, 0] }), pair('A short one!'), pair(twelve)],
    ...[pair('seed'), { prompt: 'no responses' }],
  ]);
  expect(prompts).toEqual({ 'batch/pairs.jsonl': [twelve] });
  expect(batch.counts).toMatchObject({ read: 6, evaluated: 2, sharedWords: 1, started: 1, unreadable: 1, items: 1 });
  expect(batch.benchmarks).toEqual({
    'evaluation held': { prompts: 1, words: 1 },
    'bench.jsonl': { prompts: 1, words: 0 },
  });
});

it('held-out gold of its own is whole in each batch, beside that of the corpus, and does not count as items', async () => {
  const gold = {
    spec,
    corpus: corpusOf([
      pair('known', { ratings: [0, 1] }),
      pair('unknown'),
      pair('tied', { ratings: [1, 1] }),
      { prompt: 'no responses' },
    ]),
  };
  const { batch, prompts } = await cut([pair('one'), pair('two', { ratings: [1, 0] })], { gold, items: 2 });
  expect(prompts).toEqual({ 'batch/pairs.jsonl': ['one'], 'batch/held-out.jsonl': ['two', 'known'] });
  expect(batch.counts).toMatchObject({ items: 1, heldOut: 1, gold: 1, goldUnusable: 3 });
});

it('a corpus that changes while its batch is cut is refused', async () => {
  const values = [pair('one'), pair('two', { ratings: [1, 0] })];
  let readings = 0;
  const corpus: Corpus = {
    ...corpusOf(values),
    async *records(...input) {
      readings += 1;
      yield* corpusOf(readings === 1 ? values : values.slice(0, 1)).records(...input);
    },
  };
  await expect(cut([], { corpus })).rejects.toThrow(
    /changed while it was read: it had 1 pairs to hold out, and then 0/,
  );
});
