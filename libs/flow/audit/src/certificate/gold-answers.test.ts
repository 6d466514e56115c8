import { describe, expect, it } from 'vitest';
import { readGoldAnswers } from './gold-answers.ts';

it('answers are lines of JSON, whatever else people wrote into them', () => {
  const text = '{"id":"0:1","winner":1,"note":"hard"}\r\n\n{"id":"0:2","winner":"tie"}\n{"winner":null,"id":"0:3"}';
  expect([...readGoldAnswers(text, 'f')]).toEqual([
    ['0:1', 1],
    ['0:2', 'tie'],
    ['0:3', null],
  ]);
});

describe('a line that is no answer is named', () => {
  const good = '{"id":"0:1","winner":0}';
  it.each([
    ['not JSON', `${good}\n{"id":`, 'answers.jsonl, line 2: not JSON'],
    ['without a winner', '{"id":"0:1"}', 'answers.jsonl, line 1: not an answer'],
    ['a winner that is no index', '{"id":"0:1","winner":-1}', 'line 1: not an answer'],
    ['a letter', '{"id":"0:1","winner":"A"}', 'line 1: not an answer'],
    ['a second answer', `${good}\n\n${good}`, 'line 3: there is another answer for "0:1" above it'],
    ['none at all', '\n', 'answers.jsonl has no answers'],
  ])('%s', (_name, text, sentence) => {
    expect(() => readGoldAnswers(text, 'answers.jsonl')).toThrow(sentence);
  });
});
