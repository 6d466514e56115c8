import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { ask, framed } from '../client.fixture.ts';
import { createSimulator } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
afterAll(() => rmSync(folder, { recursive: true }));

const records: readonly [name: string, record: object][] = [
  ['a label of two', { question: 'Q?', response_A: 'good', response_B: 'bad', label: 'A>B' }],
  ['lower-case fields', { prompt: 'Q?', response_a: 'bad', response_b: 'good', label: 'B' }],
  ['chosen and rejected', { prompt: 'Q?', chosen: 'good', rejected: 'bad' }],
  ['several chosen and rejected', { prompt: 'Q?', chosen: ['good', 'fine'], rejected: ['bad', 'poor'] }],
  ['a list with an index', { instruction: 'Q?', responses: ['bad', 'poor', 'good'], label: 2 }],
  [
    'messages',
    {
      prompt: [{ role: 'user', content: 'Q?' }],
      chosen: [
        { role: 'user', content: 'Q?' },
        { role: 'assistant', content: 'good' },
      ],
      rejected: [
        { role: 'user', content: 'Q?' },
        { role: 'assistant', content: 'bad' },
      ],
    },
  ],
];

const verdicts = async (file: string): Promise<(string | undefined)[]> => {
  const simulator = createSimulator({
    goldFiles: [file],
    accuracy: { mean: 1, spread: 0 },
    positionBias: 0,
    invalidRate: 0,
  });
  const shown = [framed('Q?', 'good', 'bad'), framed('Q?', 'bad', 'good')];
  return Promise.all(
    shown.map(async (prompt) => /(\w)\n<\/answer>$/.exec((await ask(simulator, prompt)).contents[0] ?? '')?.[1]),
  );
};

test.each(records)('the judge learns what is better from %s', async (name, record) => {
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, `not JSON\n${JSON.stringify(record)}\n{"question": "other"}\n`);
  expect(await verdicts(file)).toEqual(['A', 'B']);
  writeFileSync(file, gzipSync(JSON.stringify([record], null, 2)));
  expect(await verdicts(file)).toEqual(['A', 'B']);
});

test('a file that is cut short or damaged teaches what it still gives', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => ({
    question: `Q${index}?`,
    chosen: 'good',
    rejected: 'bad',
  }));
  const first = { question: 'Q?', response_A: 'good', response_B: 'bad', label: 'A>B' };
  const whole = gzipSync([first, ...lines].map((line) => JSON.stringify(line)).join('\n'));
  const file = join(folder, 'damaged.jsonl.gz');
  writeFileSync(file, whole.subarray(0, whole.length / 2));
  expect(await verdicts(file)).toEqual(['A', 'B']);
  writeFileSync(file, Buffer.concat([whole.subarray(0, 20), Buffer.alloc(50, 0xff)]));
  expect(() => createSimulator({ goldFiles: [file] })).not.toThrow();
});

test('a pair without a label is known by its texts, and still has a better response', async () => {
  const file = join(folder, 'unlabelled.jsonl');
  writeFileSync(file, JSON.stringify({ question: 'Q?', response_A: 'good', response_B: 'bad' }));
  expect(new Set(await verdicts(file)).size).toBe(2);
  const simulator = createSimulator({ goldFiles: [file], invalidRate: 0 });
  expect((await ask(simulator, 'Q?\n1: good\n2: bad')).contents[0]).toMatch(/<answer>/);
});
