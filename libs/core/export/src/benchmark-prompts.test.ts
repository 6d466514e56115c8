import { describe, expect, it } from 'vitest';
import { BenchmarkPrompts } from './benchmark-prompts.ts';

const user = (content: string) => [{ role: 'user', content }];
const numbers = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `word${from + at}`).join(' ');

describe('a prompt of a benchmark', () => {
  const prompts = new BenchmarkPrompts();
  prompts.add('short.jsonl', user('Name a tree.'));
  prompts.add('long.jsonl', user(numbers(0, 40)));
  prompts.add('later.jsonl', user('name a TREE'));

  it('is found again in any case and punctuation, under the first file that has it', () => {
    expect(prompts.find(user('“Name a tree!”'))).toEqual({ benchmark: 'short.jsonl', by: 'benchmark-prompt' });
    expect(prompts.find(user(numbers(0, 40)))).toEqual({ benchmark: 'long.jsonl', by: 'benchmark-prompt' });
  });

  it('is found as the last turn of a conversation', () => {
    const turns = [...user('Hello'), { role: 'assistant', content: 'Hi' }, ...user('Name a tree')];
    expect(prompts.find(turns)).toMatchObject({ by: 'benchmark-prompt' });
  });

  it('is found by thirteen words in a row, and not by twelve', () => {
    expect(prompts.find(user(`Please: ${numbers(20, 13)}, and more`))).toEqual({
      benchmark: 'long.jsonl',
      by: 'benchmark-words',
    });
    expect(prompts.find(user(`Please: ${numbers(20, 12)}, and more`))).toBeNull();
    expect(prompts.find(user('Name a tree and its fruit'))).toBeNull();
  });
});
