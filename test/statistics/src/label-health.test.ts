import { type Profile, profileSchema } from '@proofmill/contract';
import { labelHealth, type Statistic } from '@proofmill/stats';
import { describe, expect, it } from 'vitest';
import { about, type Judged, type JudgedOptions, judged, pairs } from './judged.ts';

const ITEMS = 10_000;
const timeout = 300_000;

function statistic({ totals }: Judged, name: Statistic['name']): Statistic {
  const found = labelHealth(totals).statistics.find((one) => one.name === name);
  if (!found) throw new Error(`there is no statistic ${name}`);
  return found;
}

const judge = (
  simulator: JudgedOptions['simulator'],
  votes: JudgedOptions['votes'],
  profile?: Profile,
): Promise<Judged> =>
  judged({
    items: pairs(ITEMS, 'health'),
    simulator: { accuracy: { mean: 0.7, spread: 0.1 }, positionBias: 0, invalidRate: 0, ...simulator },
    votes,
    ...(profile ? { profile } : {}),
  });

describe(`label health of a judge whose faults are known (${about})`, () => {
  it.each([0, 0.15])(
    'measures a bias of %s for the first place within 0.02, and its interval holds it',
    {
      timeout,
    },
    async (positionBias) => {
      const measured = statistic(await judge({ positionBias }, { max: 2, orders: 'both' }), 'positionBias');
      const where = `${about}: ${JSON.stringify(measured)}`;
      expect(Math.abs(measured.value - positionBias), where).toBeLessThanOrEqual(0.02);
      expect(measured.low, where).toBeLessThanOrEqual(positionBias);
      expect(measured.high, where).toBeGreaterThanOrEqual(positionBias);
    },
  );

  it('counts the pairs whose orders disagree: for p = 0.8 and one vote each, 2 p (1 - p)', { timeout }, async () => {
    const simulator = { accuracy: { mean: 0.8, spread: 0 } };
    const measured = statistic(await judge(simulator, { max: 2, orders: 'both' }), 'orderFlips');
    expect(Math.abs(measured.value - 0.32), `${about}: ${JSON.stringify(measured)}`).toBeLessThanOrEqual(0.02);
  });

  it('counts invalid answers: one in ten', { timeout }, async () => {
    const measured = statistic(await judge({ invalidRate: 0.1 }, { max: 2 }), 'invalidAnswers');
    expect(Math.abs(measured.value - 0.1), `${about}: ${JSON.stringify(measured)}`).toBeLessThanOrEqual(0.01);
  });

  it('counts ties of a judge that may say so: three in ten', { timeout }, async () => {
    const profile = profileSchema.parse({
      name: 'with-ties',
      version: 1,
      purpose: 'label',
      description: '',
      source: '',
      messages: [
        {
          role: 'user',
          template: `End with [[A]], [[B]], or [[C]] for a tie.

[User Question]
{{ question }}

[The Start of Assistant A's Answer]
{{ response_a }}
[The End of Assistant A's Answer]

[The Start of Assistant B's Answer]
{{ response_b }}
[The End of Assistant B's Answer]`,
        },
      ],
      sampling: { temperature: 0.6, topP: 0.9, maxTokens: 1024 },
      parse: { rule: 'bracketed', verdicts: { A: 'first', B: 'second', C: 'tie' } },
      frameMarks: [],
      chatTemplateKwargs: {},
    });
    const measured = statistic(await judge({ tieRate: 0.3 }, { max: 1 }, profile), 'ties');
    expect(Math.abs(measured.value - 0.3), `${about}: ${JSON.stringify(measured)}`).toBeLessThanOrEqual(0.02);
  });

  it('measures how often labels are right, and its interval holds the truth', { timeout }, async () => {
    const simulator = { accuracy: { mean: 0.75, spread: 0 } };
    const measured = statistic(await judge(simulator, { max: 1 }), 'goldAccuracy');
    const where = `${about}: ${JSON.stringify(measured)}`;
    expect(Math.abs(measured.value - 0.75), where).toBeLessThanOrEqual(0.02);
    expect(measured.low, where).toBeLessThanOrEqual(0.75);
    expect(measured.high, where).toBeGreaterThanOrEqual(0.75);
  });
});
