import { trainerNames } from '@proofmill/contract';
import { BenchmarkPrompts, reasoningOf } from '@proofmill/export-rows';
import { judgeProfile, memoryStore, plainCodec, proverProfile } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { corpusOf, pair } from './corpus.fixture.ts';
import { type RationaleSet, writeRationaleSet } from './rationale-set.ts';

const reasoned = (prompt: string, why = 'Response 1 is right.') => pair(prompt, { ratings: [1, 0], why });
const second = (prompt: string) => pair(prompt, { ratings: [0, 1], why: 'Response 2 beats the first one.' });

async function written(more: Partial<RationaleSet>): Promise<{ readonly texts: Map<string, string>; said: string }> {
  const objects = new Map<string, Uint8Array>();
  let said = '';
  await writeRationaleSet(memoryStore(objects), 'set', {
    corpus: corpusOf([reasoned('one'), second('two')]),
    rationales: {
      corpus: { uris: ['why'], format: 'auto', fields: {} },
      text: ['why'],
      names: ['Response 1', 'Response 2'],
    },
    ...{ profile: judgeProfile(), trainer: 'trl', model: 'base', codec: plainCodec },
    measured: new BenchmarkPrompts(),
    report: (sentence) => {
      said = sentence;
    },
    ...more,
  });
  return { texts: new Map([...objects].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])), said };
}

const linesIn = (text = ''): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it.each(trainerNames)('a set for %s has its rows, its files and its names', async (trainer) => {
  const { texts } = await written({ trainer });
  const form = reasoningOf(trainer);
  const path = `${form.folder('train')}/train-00000-of-00001.${form.format}`;
  const rows = linesIn(texts.get(`set/${path}`));
  expect(rows).toHaveLength(2);
  for (const row of rows) form.schema.strict().parse(row);
  expect(JSON.stringify(rows[0])).toContain('<think>\\nResponse A is right.\\n</think>\\n<answer>\\nA\\n</answer>');
  expect(JSON.stringify(rows[1])).toContain(
    '<think>\\nResponse B beats the first one.\\n</think>\\n<answer>\\nB\\n</answer>',
  );
  const glue = form.glue({ model: 'base', hasMargin: false, splits: ['train'], files: { train: [path], test: [] } });
  for (const [name, text] of Object.entries(glue)) expect(texts.get(`set/${name}`)).toBe(text);
  expect(JSON.parse(texts.get('set/_MANIFEST.json') ?? '')).toMatchObject({ rows: 2, files: [{ path, rows: 2 }] });
});

it('a prover learns proofs of the label that it is given', async () => {
  const { texts } = await written({ profile: proverProfile(), trainer: 'gram' });
  const [first] = linesIn(texts.get('set/train/train-00000-of-00001.jsonl'));
  expect(first).toMatchObject({ output: 'Here: Response A is right. Thus, Response A is better.' });
});

it('what judges are measured on is left out, and counted apart from what cannot be used', async () => {
  const measured = new BenchmarkPrompts();
  measured.add('evaluation held', [{ role: 'user', content: 'One!' }]);
  const corpus = corpusOf([reasoned('one'), reasoned('two'), reasoned('three', '<answer>'), pair('four')]);
  const { texts, said } = await written({ measured, corpus });
  expect(JSON.parse(texts.get('set/_MANIFEST.json') ?? '')).toMatchObject({
    ...{ rows: 1, unusable: 2, evaluated: 1, sharedWords: 0 },
    benchmarks: { 'evaluation held': { prompts: 1, words: 0 } },
  });
  expect(said).toContain('1 rows; left out: 2 without');
  expect(said).toContain('1 with a prompt that judges are measured on (evaluation held: 1)');
  await expect(written({ measured, corpus: corpusOf([reasoned('one'), pair('four')]) })).rejects.toThrow(
    'spec.rationales: no record is left to train on: 1 without two responses',
  );
});

it('pairs whose better response is nearly always at one place are refused: a model would learn the place', async () => {
  const firsts = Array.from({ length: 30 }, (_, number) => reasoned(`prompt ${number}`));
  await expect(written({ corpus: corpusOf(firsts) })).rejects.toThrow(
    'in 30 of 30 pairs the better response is the first of the record',
  );
  const mixed = [...firsts, ...Array.from({ length: 10 }, (_, number) => second(`other ${number}`))];
  const { texts } = await written({ corpus: corpusOf(mixed) });
  expect(JSON.parse(texts.get('set/_MANIFEST.json') ?? '')).toMatchObject({ rows: 40, firstIsBetter: 30 });
});
