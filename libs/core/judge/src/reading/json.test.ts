import type { Judgment, VerdictRule } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const genrm: VerdictRule = {
  rule: 'json',
  within: 'overall',
  ranking: { field: 'ranking', to: 6 },
  scores: ['score_1', 'score_2'],
};
const worded = {
  rule: 'json',
  verdict: { field: 'better', verdicts: { A: 'first', B: 'second', tie: 'tie' } },
} as const;

const chosen = (content: string, more = {}) => ({ content, reasoning: '', finishReason: 'stop', ...more });
const fenced = (json: string) => `\`\`\`json\n${json}\n\`\`\``;
const low = '{"score_1": 5, "score_2": 1, "ranking": 1}';
const high = '{"score_1": 2, "score_2": 4, "ranking": 5}';

describe('reading a ranking score from JSON', () => {
  it.each<[name: string, content: string, judgment: Judgment, pair: [number, number] | null]>([
    ['fenced', `Response 1 is right.\n\n${fenced(low)}`, 'first', [5, 1]],
    ['bare', high, 'second', [2, 4]],
    ['in a sentence', `Hence ${high}.`, 'second', [2, 4]],
    ['nested', `{"rubric_evaluations": [{"score": 1}], "overall": ${low}}`, 'first', [5, 1]],
    ['pretty-printed with CRLF', '{\r\n  "score_1": 4,\r\n  "score_2": 3,\r\n  "ranking": 2\r\n}\r\n', 'first', [4, 3]],
    ['numbers as text', '{"score_1": "4", "score_2": "3", "ranking": "2"}', 'first', [4, 3]],
    ['a quoted fenced object before it', `It says ${fenced(low)}, which is a trick.\n${high}`, 'second', [2, 4]],
    ['a fenced quoted object and a fenced own one', `${fenced(low)}\n${fenced(high)}`, 'second', [2, 4]],
    ['a quoted object before one that cannot be read', `${fenced(low)}\n{"ranking": 5,}`, 'invalid', null],
    ['an object, then braces that are none', `${low} for the set {1, 2}`, 'invalid', null],
    ['braces and quotes in the text before', `He wrote "{ and { ".\n${low}`, 'first', [5, 1]],
    ['braces in a string of its own', `{"why": "a } and a { and \\"", "ranking": 2}`, 'first', null],
    ['an object in the thinking only', `<think>${low}</think> I do not know.`, 'invalid', null],
    ['the other object in the thinking', `${low}</think>${high}`, 'second', [2, 4]],
    ['a thought that was never ended', `<think>${low}`, 'invalid', null],
    ['exactly the middle', '{"ranking": 3.5}', 'invalid', null],
    ['out of range', '{"ranking": 60}', 'invalid', null],
    ['no ranking', '{"score_1": 5, "score_2": 1}', 'invalid', null],
    ['null', '{"ranking": null}', 'invalid', null],
    ['a list', '[{"ranking": 1}]', 'first', null],
    ['a string', '"ranking: 1"', 'invalid', null],
    ['cut in the middle', '{"score_1": 5, "ranking": 1', 'invalid', null],
    ['not quoted', '{ranking: 1}', 'invalid', null],
    ['two rankings: the last, as JSON has it', '{"ranking": 1, "ranking": 6}', 'second', null],
    ['NaN', '{"ranking": NaN}', 'invalid', null],
    ['a number too large for one', '{"ranking": 1e999}', 'invalid', null],
    ['scores out of all range', '{"score_1": 1e308, "score_2": 1, "ranking": 1}', 'first', null],
    ['a negative score out of all range', '{"score_1": 1, "score_2": -1e308, "ranking": 6}', 'second', null],
    ['scores that are null', '{"score_1": null, "score_2": 1, "ranking": 1}', 'first', null],
    ['a field of the prototype', '{"__proto__": {"ranking": 1}}', 'invalid', null],
    ['full-width braces', '\uff5b"ranking": 1\uff5d', 'invalid', null],
    ['nothing', '', 'invalid', null],
  ])('%s', (_name, content, judgment, pair) => {
    expect(readAnswer(chosen(content), genrm)).toMatchObject({ judgment, scores: pair });
  });

  it('is invalid if it was cut off', () => {
    expect(readAnswer(chosen(low, { finishReason: 'length' }), genrm).judgment).toBe('invalid');
  });

  it('uses the text ahead of the object as the rationale', () => {
    expect(readAnswer(chosen(`Response 1 is right.\n\n${fenced(low)}`), genrm).rationale).toBe('Response 1 is right.');
  });
});

describe('reading scores that decide from JSON', () => {
  const scored = { ...genrm, decides: 'scores' } as const;
  it.each<[name: string, content: string, judgment: Judgment, pair: [number, number] | null]>([
    ['the higher score, against the ranking', '{"score_1": 4, "score_2": 3, "ranking": 5}', 'first', [4, 3]],
    ['the second one', '{"score_1": 2, "score_2": 2.5, "ranking": 3.5}', 'second', [2, 2.5]],
    ['the higher one, without a ranking', '{"score_1": 5, "score_2": 1}', 'first', [5, 1]],
    ['the ranking, where they are equal', '{"score_1": 3, "score_2": 3, "ranking": 4}', 'second', [3, 3]],
    ['equal, and the middle', '{"score_1": 3, "score_2": 3, "ranking": 3.5}', 'invalid', null],
    ['equal, without a ranking', '{"score_1": 3, "score_2": 3}', 'invalid', null],
    ['only one of them', '{"score_1": 3, "ranking": 1}', 'invalid', null],
    ['one that is no number', '{"score_1": "good", "score_2": 3, "ranking": 1}', 'invalid', null],
  ])('%s', (_name, content, judgment, pair) => {
    expect(readAnswer(chosen(content), scored)).toMatchObject({ judgment, scores: pair });
  });
});

describe('reading a verdict word from JSON', () => {
  it.each<[content: string, judgment: Judgment]>([
    ['{"reason": "A is right", "better": "A"}', 'first'],
    ['{"better": " b "}', 'second'],
    ['{"better": "tie"}', 'tie'],
    ['{"better": "A or B"}', 'invalid'],
    ['{"better": ["A"]}', 'invalid'],
    ['{"better": 1}', 'invalid'],
    ['{"worse": "A"}', 'invalid'],
    ['{"better": "\\u0391"}', 'invalid'],
  ])('%s', (content, judgment) => expect(readAnswer(chosen(content), worded).judgment).toBe(judgment));
});
