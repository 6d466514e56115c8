import { describe, expect, test } from 'vitest';
import { FailureTally, failureLine, failureLines, type PlacedFailure } from './failure-tally.ts';

const failure = (line: number, name: PlacedFailure['class'], message: string): PlacedFailure => ({
  source: { file: 'pairs.jsonl', line },
  class: name,
  message,
});

function tallyOf(...failures: PlacedFailure[]): FailureTally {
  const tally = new FailureTally();
  for (const each of failures) tally.add(each);
  return tally;
}

describe('records without a label', () => {
  test('are shown by class, the most frequent first, with the first different sentences', () => {
    const tally = tallyOf(
      failure(1, 'not-json', 'not JSON at column 1'),
      failure(2, 'missing-prompt', 'no prompt'),
      failure(3, 'missing-prompt', 'no prompt'),
      failure(4, 'missing-prompt', 'no prompt at all'),
      failure(5, 'missing-prompt', 'no prompt, once more'),
    );
    expect(failureLines(tally.classes())).toEqual([
      'missing-prompt, 4 records',
      '  pairs.jsonl:2: no prompt',
      '  pairs.jsonl:4: no prompt at all',
      'not-json, 1 record',
      '  pairs.jsonl:1: not JSON at column 1',
    ]);
    expect(tally.first.map(({ source }) => source.line)).toEqual([1, 2, 3]);
  });

  test('of more than three classes are named by class alone', () => {
    const tally = tallyOf(
      ...(['not-json', 'timeout', 'poison', 'no-gold', 'bad-id'] as const).map((name, line) =>
        failure(line + 1, name, name),
      ),
    );
    expect(failureLines(tally.classes({ 'no-gold': 7 })).at(0)).toBe('no-gold, 7 records');
    expect(failureLines(tally.classes()).at(-1)).toBe('and poison, 1; timeout, 1');
  });

  test('have the numbers of all records where only some have been seen', () => {
    const tally = tallyOf(failure(1, 'timeout', 'no answer'));
    expect(tally.classes({ timeout: 12_345, poison: 1 })).toMatchObject([
      { class: 'timeout', records: 12_345, examples: [{ message: 'no answer' }] },
      { class: 'poison', records: 1, examples: [] },
    ]);
    expect(tally.has({ timeout: 12_345 })).toBe(true);
    expect(tally.has({ timeout: 12_345, poison: 1 })).toBe(false);
  });

  test('say nothing that a terminal would obey, and no page of an engine', () => {
    expect(failureLine(failure(1, 'bad-request', `\u001b[2J${'x'.repeat(2000)}`))).toMatch(
      /^pairs.jsonl:1: \\u001b\[2Jx{991} \.\.$/,
    );
  });
});
