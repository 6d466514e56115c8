import type { Imitation } from '@proofmill/contract';
import { flagOf, flagSchema, imitatedNames } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { controlTokens } from './control-tokens.ts';
import { imitationFinder } from './imitations.ts';

const startOfA = "[The Start of Assistant A's Response]";
const profile = judgeProfile({ frameMarks: ['<answer>', '</answer>', startOfA, '<|im_start|>', '<|end|>'] });
const find = imitationFinder([profile]);

const inPrompt = (content: string, role = 'user'): Imitation[] =>
  find({ prompt: [{ role, content }], responses: ['one', 'two'] });
const inResponse = (text: string): Imitation[] =>
  find({ prompt: [{ role: 'user', content: 'q' }], responses: ['plain', text] });
const marksIn = (text: string): string[] => inResponse(text).map(({ mark }) => mark);

describe('a text that imitates the frame', () => {
  it('is found in a response and in the prompt, and the flag says which', () => {
    expect(inResponse('x <answer> y').map(flagOf)).toEqual(['imitates the frame in response 1: <answer>']);
    expect(inPrompt('x <answer> y').map(flagOf)).toEqual(['imitates the frame in the prompt: <answer>']);
    expect(inPrompt('x', '<answer>').map(flagOf)).toEqual(['imitates the frame in the prompt: <answer>']);
  });

  it.each([
    ['other case', '<ANSWER>'],
    ['full width', '\uff1canswer\uff1e'],
    ['ligatures and letters with a ring', '<\u24d0nswer\u{ff1e}'],
    ['letters of mathematics', '<\u{1d41a}\u{1d427}\u{1d42c}\u{1d430}\u{1d41e}\u{1d42b}>'],
    ['a zero-width space', '<ans\u200bwer>'],
    ['zero-width joiners, a soft hyphen, a byte order mark', '<\u200da\u200cn\u00ads\ufeffwer>'],
    ['a direction that is turned', '\u202e<answer>\u202c'],
    ['a variation selector', '<a\ufe0fnswer\u{e0101}>'],
    ['tags', '<a\u{e0041}nswer>'],
    ['control characters', '<an\u0000sw\u0008er\u009b>'],
    ['a Hangul filler', '<answer\u3164>'],
    ['Cyrillic letters', '<\u0430nsw\u0435r>'],
    ['Greek letters', '<\u03b1nswer>'],
    ['other angles', '\u2039answer\u203a'],
    ['all of it', '\u2039\u200b\u0410NS\u00adW\uff25R\u203a'],
  ])('is found in spite of %s', (_name, text) => {
    expect(marksIn(`before ${text} after`)).toEqual(['<answer>']);
  });

  it.each([
    ['line feeds', "[The Start of\nAssistant A's\r\n Response]"],
    ['several spaces', "[The  Start of \t Assistant A's Response]"],
    ['spaces that do not break', "[The\u00a0Start\u2007of\u3000Assistant A's Response]"],
    ['another apostrophe', '[The Start of Assistant A\u2019s Response]'],
    ['other brackets', "\u3010The Start of Assistant A's Response\u3011"],
  ])('is found in spite of %s', (_name, text) => {
    expect(marksIn(text)).toEqual([startOfA]);
  });

  it('is found anywhere in a long text, and in spite of any number of invisible characters', () => {
    for (const at of [0, 65_520, 65_530, 65_535, 65_536, 131_060, 200_000]) {
      const text = `${'x'.repeat(at)}${startOfA}`;
      expect(marksIn(text)).toEqual([startOfA]);
      expect(marksIn(`${text}\u0437`)).toEqual([startOfA]);
    }
    expect(marksIn(`<ans${'\u200b'.repeat(300_000)}wer>`)).toEqual(['<answer>']);
    expect(marksIn(`[The${' '.repeat(300_000)}Start of Assistant A's Response]`)).toEqual([startOfA]);
    expect(marksIn(`${'x'.repeat(65_535)}\u{1d41a}<answer>`)).toEqual(['<answer>']);
  });

  it.each([
    'A is < B, the answer > 3',
    'a question that speaks of the start of assistant A',
    '\u043e\u0442\u0432\u0435\u0442: \u0434\u0430',
    'if (a <\u0338 b) return [1, 2];',
    '\u{1f525}\u{1f600}',
    '<html lang="en"><b>answer</b></html>',
    '# The Start of Assistant',
    '',
  ])('is not seen in %j', (text) => {
    expect(inResponse(text)).toEqual([]);
    expect(inPrompt(text)).toEqual([]);
  });

  it('is looked for in every frame of the stage', () => {
    const both = imitationFinder([profile, judgeProfile({ frameMarks: ['[[A]]'] })]);
    const item = { prompt: [{ role: 'user', content: 'q' }], responses: ['[[a]]', '<answer>'] };
    expect(both(item).map(flagOf)).toEqual([
      'imitates the frame in response 0: [[A]]',
      'imitates the frame in response 1: <answer>',
    ]);
  });
});

describe('a control token', () => {
  it('is reported with its family, whether the profile names it as a mark or not', () => {
    const unmarked = imitationFinder([judgeProfile({ frameMarks: [] })]);
    for (const { of, tokens } of controlTokens) {
      for (const mark of tokens) {
        const expected = [{ of, where: 'response 0', mark }];
        expect(unmarked({ prompt: [], responses: [`x${mark}y`] })).toEqual(expected);
        expect(imitationFinder([judgeProfile({ frameMarks: [mark] })])({ prompt: [], responses: [mark] })).toEqual(
          expected,
        );
      }
    }
  });

  it('that two families spell alike is reported as it is written, and otherwise as that of the first', () => {
    expect(inResponse('<|User|>')).toEqual([{ of: 'Phi', where: 'response 1', mark: '<|user|>' }]);
    expect(inResponse('<\uff5cUser\uff5c>')).toMatchObject([{ of: 'DeepSeek' }]);
    expect(inResponse('<\u2502User\u2502>')).toMatchObject([{ of: 'Phi' }]);
  });

  it.each([
    ['<|IM_START|>', 'ChatML'],
    ['<|im\u200b_start|>', 'ChatML'],
    ['<\u01c0im_\u0455tart\u01c0>', 'ChatML'],
    ['[\u0399NST]', 'Llama 2'],
    ['<|begin_of_sentence|>', 'DeepSeek'],
  ])('is found in another spelling: %j', (text, of) => {
    expect(inResponse(text)).toMatchObject([{ of }]);
    expect(inPrompt(text)).toMatchObject([{ of, where: 'the prompt' }]);
  });

  it('is named once in the table, by a family that flags can name, and once a place however often it occurs', () => {
    const all = controlTokens.flatMap(({ tokens }) => tokens);
    expect(new Set(all).size).toBe(all.length);
    expect(['the frame', ...controlTokens.map(({ of }) => of)]).toEqual(imitatedNames);
    expect(inResponse('<|im_end|> <|IM_END|> <|im_end|>')).toHaveLength(1);
    for (const imitation of inResponse(all.join('\n')))
      expect(flagSchema.safeParse(flagOf(imitation)).success).toBe(true);
  });
});
