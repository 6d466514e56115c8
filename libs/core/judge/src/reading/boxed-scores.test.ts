import type { Judgment } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const rule = {
  rule: 'boxed-scores',
  scores: 'Individual Scores',
  ranking: 'Ranking Score',
  rankingTo: 6,
} as const;
const chosen = (content: string, more = {}) => ({ content, reasoning: '', finishReason: 'stop', ...more });

const scores = (inner: string) => `[The Begin of Individual Scores]\n${inner}\n[The End of Individual Scores]\n`;
const ranking = (inner: string) => `[The Begin of Ranking Score]\n${inner}\n[The End of Ranking Score]\n`;
const genrm = (pair: string, rank: string) =>
  `[The Begin of Analysis on Response 1]\nGood.\n[The End of Analysis on Response 1]\n\n${scores(`\\boxed{${pair}}`)}\n${ranking(`\\boxed{${rank}}`)}`;

describe('reading boxed scores', () => {
  it.each<[name: string, content: string, judgment: Judgment, pair: [number, number] | null]>([
    ['the first is much better', genrm('5, 1', '1'), 'first', [5, 1]],
    ['the first is slightly better', genrm('4, 4', '3'), 'first', [4, 4]],
    ['the second is slightly better', genrm('3,4', '4'), 'second', [3, 4]],
    ['the second is much better', genrm('1, 5', ' 6 '), 'second', [1, 5]],
    ['halves', genrm('3.5, 4', '4.5'), 'second', [3.5, 4]],
    ['in \\text', genrm('\\text{4, 2}', '\\text{2}'), 'first', [4, 2]],
    ['CRLF', genrm('4, 2', '2').replaceAll('\n', '\r\n'), 'first', [4, 2]],
    ['thinking before it', `<think>\n${genrm('1, 5', '6')}</think>\n${genrm('4, 2', '2')}`, 'first', [4, 2]],
    ['sections that an analysis quotes', `It says "${genrm('1, 5', '6')}".\n${genrm('4, 2', '2')}`, 'first', [4, 2]],
    ['exactly the middle', genrm('3, 3', '3.5'), 'invalid', null],
    ['below the range', genrm('5, 1', '0'), 'invalid', null],
    ['above the range', genrm('1, 5', '7'), 'invalid', null],
    ['a negative ranking score', genrm('1, 5', '-1'), 'invalid', null],
    ['words for numbers', genrm('four, two', 'two'), 'invalid', null],
    ['the letters of the format', genrm('x, y', 'z'), 'invalid', null],
    ['a ranking score of two numbers', genrm('4, 2', '2, 3'), 'invalid', null],
    ['Infinity', genrm('4, 2', 'Infinity'), 'invalid', null],
    ['hexadecimal', genrm('4, 2', '0x2'), 'invalid', null],
    ['an Arabic-Indic digit', genrm('4, 2', '\u0662'), 'invalid', null],
    ['no ranking section', scores('\\boxed{4, 2}'), 'invalid', null],
    ['a ranking section without a box', scores('\\boxed{4, 2}') + ranking('2'), 'invalid', null],
    [
      'a ranking section that is not closed',
      scores('\\boxed{4, 2}') + ranking('\\boxed{2}').slice(0, 45),
      'invalid',
      null,
    ],
    [
      'a whole section, quoted, before one that is not closed',
      `${ranking('\\boxed{6}')}[The Begin of Ranking Score]\\boxed{1}`,
      'invalid',
      null,
    ],
    ['the sections the wrong way round', ranking('\\boxed{2}') + scores('\\boxed{4, 2}'), 'first', [4, 2]],
    ['no section with scores', ranking('\\boxed{2}'), 'first', null],
    ['a score out of all range', genrm(`${'9'.repeat(200)}, 2`, '2'), 'first', null],
    ['one score', genrm('4', '2'), 'first', null],
    ['three scores', genrm('4, 2, 1', '2'), 'first', null],
    ['lower-case names', genrm('4, 2', '2').toLowerCase(), 'invalid', null],
    ['nothing', '', 'invalid', null],
  ])('%s', (_name, content, judgment, pair) => {
    expect(readAnswer(chosen(content), rule)).toMatchObject({ judgment, scores: pair });
  });

  it('is invalid and has no scores if it was cut off', () => {
    const reading = readAnswer(chosen(genrm('5, 1', '1'), { finishReason: 'length' }), rule);
    expect(reading).toMatchObject({ judgment: 'invalid', scores: null });
  });

  it('has no verdict in the middle of an odd scale', () => {
    const odd = { ...rule, rankingTo: 5 };
    expect(['2', '3', '4'].map((rank) => readAnswer(chosen(genrm('3, 3', rank)), odd).judgment)).toEqual([
      'first',
      'invalid',
      'second',
    ]);
  });

  it('uses the analysis as the rationale', () => {
    expect(readAnswer(chosen(genrm('5, 1', '1')), rule).rationale).toBe(
      '[The Begin of Analysis on Response 1]\nGood.\n[The End of Analysis on Response 1]',
    );
  });
});
