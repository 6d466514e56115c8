import { readFileSync } from 'node:fs';
import { type Profile, profileSchema } from '@proofmill/contract';
import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { profilesFolder } from '../profiles-folder.ts';
import { answerFormOf, type Fit } from './answer-form.ts';

const fitOf = (regex: string, text: string): Fit | null => answerFormOf(regex)?.(text) ?? null;

describe('the form of an answer', () => {
  it.each([
    ['(yes|no)', 'yes', 'whole'],
    ['(yes|no)', 'ye', 'beginning'],
    ['(yes|no)', '', 'beginning'],
    ['(yes|no)', 'yes, it is', 'none'],
    ['(yes|no)', 'I say yes', 'none'],
    ['^(?:A|B)$', 'B', 'whole'],
    ['^A|B$', 'B', 'whole'],
    ['.*', 'two\nlines', 'whole'],
    ['a{2,3}', 'a', 'beginning'],
    ['a{2,3}', 'aaa', 'whole'],
    ['a{2,3}', 'aaaa', 'none'],
    ['a{2}', 'aa', 'whole'],
    ['a{2,}b', 'aaaab', 'whole'],
    ['(ab*)*c+?', 'abbac', 'whole'],
    ['[^<>]{1,3}</x>', 'a&b</x>', 'whole'],
    ['[a-c\\]\\d-]+', 'ab]7-', 'whole'],
    ['[a-c]+', 'abd', 'none'],
    ['\\x41\\u0042\\n', 'AB\n', 'whole'],
    ['\\[\\[A\\]\\]', '[[A]]', 'whole'],
    ['.{2}', '\u{1F600}\u{1F600}', 'whole'],
    ['\\w+', 'Stra\u00dfe', 'whole'],
    ['\\s\\S', '\u00a0a', 'whole'],
    ['()', '', 'whole'],
  ] as const)('%s of %j is %s', (regex, text, fit) => expect(fitOf(regex, text)).toBe(fit));

  it.each([
    ...[
      '(?=a)b',
      '(?i)yes',
      '(?P<verdict>A)',
      '(?<verdict>A)',
      '(a)\\1',
      '\\bA',
      '\\p{L}',
      '\\Aa',
      'a\\z',
      '[[:alpha:]]',
    ],
    ...['a++', 'a**', '[a&&b]', '[]', '[b-a]', 'a{', 'a{,3}', '(a', 'a)', '[a', '\\', '*a', 'a^b', 'a$b', '.{2001}'],
  ])('%s is not known: nothing is concluded', (regex) => expect(answerFormOf(regex)).toBeNull());

  it('a text that would keep other matchers busy for ever is answered at once', () => {
    expect(fitOf('(a|a)*(a*)*b', 'a'.repeat(20_000))).toBe('beginning');
    expect(fitOf('(a|a)*(a*)*b', `${'a'.repeat(20_000)}c`)).toBe('none');
  });

  it('agrees with JavaScript about any pattern and text', () => {
    const chance = chanceOf(testSeed);
    const draw = (from: readonly string[]): string => from[Math.floor(chance() * from.length)] ?? '';
    const some = (from: readonly string[], most: number): string =>
      Array.from({ length: Math.floor(chance() * most) }, () => draw(from)).join('');
    const pieces = [
      'a',
      'b',
      'ab',
      '(a|b)',
      '(?:b|ab)',
      '[ab]',
      '[^a]',
      '.',
      'a?',
      'b*',
      '(ab)+',
      '(a|b*)*',
      'b{2}',
      'a{1,2}',
      '|',
    ];
    const seen = new Set<Fit>();
    for (let round = 0; round < 5000; round += 1) {
      const regex = some(pieces, 5);
      const text = some(['a', 'b', 'c'], 6);
      const fit = fitOf(regex, text);
      const whole = new RegExp(`^(?:${regex})$`, 'us').test(text);
      if ((fit === 'whole') !== whole) expect.fail(`${seedNote}: ${regex} of ${text} is ${fit}`);
      if (
        fit === 'none' &&
        ['', 'a', 'b', 'c', 'ab'].some((more) => new RegExp(`^(?:${regex})$`, 'us').test(text + more))
      )
        expect.fail(`${seedNote}: ${regex} of ${text} has a future`);
      if (fit) seen.add(fit);
    }
    expect(seen.size).toBe(3);
  });

  it('knows the regex of every built-in profile', () => {
    const text = readFileSync(new URL('constrained-pairwise.yaml', profilesFolder), 'utf8');
    const { regex = '', examples }: Profile = profileSchema.parse(parse(text));
    expect(examples.map(({ content }) => fitOf(regex, content))).toEqual([
      'whole',
      'whole',
      'none',
      'none',
      'beginning',
    ]);
  });
});
