import { type BenchmarkName, benchmarkColumns, carriedValue, type Item } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { recogniseBenchmark } from './recognise-benchmark.ts';

const read = (value: unknown, benchmark: BenchmarkName, file = 'all.json') =>
  recogniseBenchmark(value, benchmark, { source: { file, line: 1 }, carry: ['extra'] });

function itemsOf(...words: Parameters<typeof read>): readonly Item[] {
  const found = read(...words);
  if ('problem' in found) throw new Error(found.problem.message);
  return found.items;
}

const whyNot = (...words: Parameters<typeof read>): string => {
  const found = read(...words);
  return 'problem' in found ? `${found.problem.class}: ${found.problem.message}` : 'it was read';
};

const carried = (item: Item | undefined, name: keyof typeof benchmarkColumns): string | null =>
  carriedValue(item?.carried, benchmarkColumns[name]);

describe('a record of RM-Bench', () => {
  const record = {
    id: 7,
    prompt: 'Which planet is the largest?',
    chosen: ['Jupiter.', 'It is Jupiter.', '**Jupiter**'],
    rejected: ['Mars.', 'It is Mars.', '**Mars**'],
    domain: 'chat',
    extra: 'x',
  };

  it('is nine pairs, each chosen response with each rejected one, under its own id', () => {
    const items = itemsOf(record, 'rm-bench');
    expect(items.map((item) => [carried(item, 'comparison'), ...item.responses])).toEqual(
      [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [`${i}-${j}`, record.chosen[i], record.rejected[j]])),
    );
    for (const item of items) {
      expect(item).toMatchObject({ sourceId: '7', gold: 0, prompt: [{ role: 'user', content: record.prompt }] });
      expect(item).not.toHaveProperty('goldTied');
      expect([carried(item, 'category'), carried(item, 'prompt')]).toEqual(['chat', 'chat 7']);
      expect(carriedValue(item.carried, 'extra')).toBe('x');
    }
  });

  it('of a file for each domain has the domain in the name of the file', () => {
    const { domain: _domain, ...bare } = record;
    const of = (file: string): string | null => carried(itemsOf(bare, 'rm-bench', file)[0], 'category');
    expect(of('data/safety-response_filtered.json')).toBe('safety-response');
    expect(of('data/math_filtered.json')).toBe('math');
    expect(whyNot(bare, 'rm-bench', 'mine.json')).toBe(
      'not-of-benchmark: it lacks domain, and the path mine.json says nothing of its category; files of rm-bench have one of safety-refuse, safety-response, chat, code, math in their path',
    );
  });

  it('with another number of responses is refused', () => {
    expect(whyNot({ ...record, rejected: ['Mars.', 'It is Mars.'] }, 'rm-bench')).toBe(
      'not-of-benchmark: it has 3 chosen and 2 rejected responses, and the benchmark has 3 of each',
    );
  });
});

describe('a record of JudgeBench', () => {
  const record = { pair_id: 'p', question: 'q?', response_A: 'a', response_B: 'b', label: 'B>A' };

  it.each([
    ['mmlu-pro-law', 'knowledge'],
    ['livebench-reasoning', 'reasoning'],
    ['livebench-math', 'math'],
    ['livecodebench', 'coding'],
    ['newbench', 'other'],
  ])('of %s is in the category %s', (source, category) => {
    const [item, ...others] = itemsOf({ ...record, source }, 'judgebench');
    expect(others).toEqual([]);
    expect(item).toMatchObject({ sourceId: 'p', responses: ['a', 'b'], gold: 1 });
    expect(carried(item, 'category')).toBe(category);
  });

  it('shares its cluster with the other pairs of its question', () => {
    const cluster = (more: object) => carried(itemsOf({ ...record, source: 'x', ...more }, 'judgebench')[0], 'prompt');
    expect(cluster({ pair_id: 'other', response_A: 'c' })).toBe(cluster({}));
    expect(cluster({ question: 'r?' })).not.toBe(cluster({}));
  });

  it('without its columns names what it lacks', () => {
    expect(whyNot(record, 'judgebench')).toBe(
      'not-of-benchmark: it lacks source, which every record of judgebench has',
    );
    expect(whyNot('text', 'judgebench')).toContain('not-an-object');
  });
});

it('a record of RewardBench 2 is the best of all its responses', () => {
  const record = { id: 'tied:3', prompt: 'q', chosen: ['a', 'b'], rejected: ['c', 'd'], subset: 'Ties' };
  const [item, ...others] = itemsOf({ ...record, num_correct: 2 }, 'rewardbench-2');
  expect(others).toEqual([]);
  expect(item).toMatchObject({ sourceId: 'tied:3', responses: ['a', 'b', 'c', 'd'], goldTied: [0, 1] });
  expect(carried(item, 'category')).toBe('Ties');
});

describe('a record of PPE', () => {
  const record = {
    question_id: 'q1',
    prompt: 'q',
    response_1: 'one',
    response_2: 'two',
    response_3: 'three',
    scores: [false, true, false],
  };

  it('of best of K is its sampled pairs, the better response of each first', () => {
    const pairs = {
      ...record,
      sampled_conflict_pairs: [
        [0, 1],
        [1, 2],
      ],
    };
    const items = itemsOf(pairs, 'ppe', 'hf://datasets/lmarena-ai/PPE-MBPP-Plus-Best-of-K/a.parquet');
    expect(items.map(({ responses }) => responses)).toEqual([
      ['two', 'one'],
      ['two', 'three'],
    ]);
    expect(items.map((item) => carried(item, 'comparison'))).toEqual(['1-0', '1-2']);
    expect(carried(items[0], 'category')).toBe('mbpp-plus');
  });

  it.each([[[0, 2]], [[0, 3]], [[0]], ['0-1']])('is refused with the pair %j', (pair) => {
    const found = whyNot({ ...record, sampled_conflict_pairs: [pair] }, 'ppe', 'gpqa.parquet');
    expect(found).toContain('sampled_conflict_pairs does not list pairs of its responses with different scores');
  });

  it('of human preference is one pair with the vote as its label', () => {
    const { scores: _scores, response_3: _third, ...pair } = record;
    const [item] = itemsOf({ ...pair, winner: 'model_b' }, 'ppe');
    expect(item).toMatchObject({ responses: ['one', 'two'], gold: 1 });
    expect(carried(item, 'category')).toBe('human-preference');
  });
});
