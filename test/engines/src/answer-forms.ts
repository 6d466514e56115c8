/** Every form of answer that a parse rule reads, with the expression that makes so small a model keep to it. */
import { expect, test } from 'vitest';
import { askAbout, labelIn, labelling, lineOf, profileOf, textsIn } from './judging.ts';
import type { RunningVllm } from './vllm-server.ts';

interface Form {
  readonly parse: object;
  readonly regex: string;
  /** Matches an answer in favour of the response shown first. */
  readonly first: RegExp;
}

export const forms = {
  tagged: {
    parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second' } },
    regex: '<think>[a-z ]{5,30}</think>\n<answer>(A|B)</answer>',
    first: /<answer>A</,
  },
  bracketed: {
    parse: { rule: 'bracketed', verdicts: { A: 'first', B: 'second' }, several: 'invalid' },
    regex: '[A-Za-z ]{5,30}: \\[\\[(A|B)\\]\\]',
    first: /\[\[A\]\]/,
  },
  boxed: {
    parse: { rule: 'boxed', verdicts: { 'Assistant 1': 'first', 'Assistant 2': 'second' } },
    regex: '[A-Za-z ]{5,30} \\\\boxed\\{Assistant (1|2)\\}',
    first: /boxed\{Assistant 1\}/,
  },
  plain: {
    parse: { rule: 'plain', verdicts: { 'Output (a)': 'first', 'Output (b)': 'second' } },
    regex: 'Output \\((a|b)\\)',
    first: /\(a\)/,
  },
  'json with a verdict': {
    parse: { rule: 'json', verdict: { field: 'better', verdicts: { A: 'first', B: 'second' } } },
    regex: '\\{"why": "[a-z ]{5,30}", "better": "(A|B)"\\}',
    first: /"better": "A"/,
  },
  'json with scores': {
    parse: { rule: 'json', ranking: { field: 'ranking', to: 6 }, scores: ['score_1', 'score_2'] },
    regex: '\\{"score_1": [1-5], "score_2": [1-5], "ranking": [1-6]\\}',
    first: /"ranking": [123]\}/,
  },
  'boxed-scores': {
    parse: { rule: 'boxed-scores', scores: 'Individual Scores', ranking: 'Ranking Score', rankingTo: 6 },
    regex:
      '\\[The Begin of Individual Scores\\]\\\\boxed\\{[1-5], [1-5]\\}\\[The End of Individual Scores\\]\\[The Begin of Ranking Score\\]\\\\boxed\\{[1-6]\\}\\[The End of Ranking Score\\]',
    first: /\\boxed\{[123]\}\[The End of Ranking/,
  },
} satisfies Record<string, Form>;

const line = lineOf([
  'The sun is larger than the moon.',
  'The moon is larger, since it looks the same size and is nearer.',
]);

export function answerFormSuite(running: () => RunningVllm): void {
  const ask = ({ parse, regex }: Form, temperature: number, max: number) => {
    const profile = profileOf({ parse, regex, sampling: { temperature, topP: 1, maxTokens: 128 } });
    const { engine, server } = running();
    return askAbout(engine, labelling(server.servedModel, profile, { max, logprobs: true }), line);
  };

  test.each(Object.entries(forms))('an answer of the form %s is read as it was written', async (_name, form) => {
    const asked = await ask(form, 1, 6); // an odd number in each order, so that swapped sides would show
    const { votes, scores } = labelIn(asked);
    expect(votes).toHaveLength(2);
    for (const { order, first, second, invalid, probabilities } of votes) {
      const texts = textsIn(asked, order);
      const forFirst = texts.filter((text) => form.first.test(text)).length;
      expect({ first, second, invalid }, texts.join('\n')).toEqual({
        first: forFirst,
        second: 3 - forFirst,
        invalid: 0,
      });
      expect(probabilities).toHaveLength(3);
      for (const probability of probabilities ?? []) {
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }
    }
    if (!('scores' in form.parse)) return;
    expect(scores).toMatchObject({ kind: 'rated', values: [expect.any(Number), expect.any(Number)] });
    for (const score of scores?.values ?? []) expect(score >= 1 && score <= 5).toBe(true);
  });

  test.each(Object.entries(forms).filter(([, { parse }]) => !('ranking' in parse)))(
    'the likeliest answer of the form %s is for the response with the higher probability',
    async (_name, form) => {
      for (const { first, probabilities } of labelIn(await ask(form, 0, 2)).votes) {
        expect(probabilities).toHaveLength(1);
        expect((probabilities?.[0] ?? Number.NaN) > 0.5).toBe(first === 1);
      }
    },
  );

  test('two verdicts in one answer are no verdict, if the profile says so', async () => {
    const { outcome } = await ask({ ...forms.bracketed, regex: '\\[\\[A\\]\\] or \\[\\[B\\]\\]' }, 1, 2);
    expect(outcome).toMatchObject({ type: 'failed', class: 'no-valid-judgment' });
  });
}
