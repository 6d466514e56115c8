import type { StopRule } from '@proofmill/contract';
import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { chatAnswers, drawn, labelDefinition, labelOf, lineOf, profileWith, trial, verdict } from '../trial.fixture.ts';

/** A judge that chooses the response 'right' with these probabilities where it is shown first, and where it is shown second. */
const takesRight = ([shownFirst, shownSecond]: readonly [number, number], item: string) =>
  chatAnswers((prompt, seed) => {
    const isFirst = prompt.startsWith('right/');
    return verdict(drawn(item, seed) < (isFirst ? shownFirst : shownSecond) === isFirst ? 'A' : 'B');
  });

const votesIn = (label: ReturnType<typeof labelOf>): number =>
  label.votes.reduce((sum, { first, second, tie }) => sum + first + second + tie, 0);

const twoSided = profileWith({ parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second' } } });

/** Tens of thousands of items take seconds, and many times as long on a busy machine. */
const timeout = 120_000;

describe('the stop rule certain', () => {
  it('never changes a label compared with all votes of the same seeds', () => {
    const chance = chanceOf(testSeed);
    let asked = 0;
    let all = 0;
    for (let round = 0; round < 600; round += 1) {
      const [right, tie, invalid] = [chance(), chance() * 0.5, chance() < 0.5 ? chance() * 0.6 : 0];
      const answers = chatAnswers((prompt, seed) => {
        const draw = drawn(`${round}`, seed);
        if (draw < invalid) return 'no verdict';
        if (draw < invalid + (1 - invalid) * tie) return verdict('C');
        return verdict(drawn(`side ${round}`, seed) < right === prompt.startsWith('right/') ? 'A' : 'B');
      });
      const votes = {
        max: 2 * (1 + Math.floor(chance() * 10)),
        reasks: Math.floor(chance() * 4),
        orders: (['alternate', 'both', 'fixed'] as const)[Math.floor(chance() * 3)] ?? 'both',
      };
      const profile = tie > 0.25 ? profileWith() : twoSided;
      const line = lineOf(['right', 'wrong'], `round ${round}`);
      const whole = trial(labelDefinition({ ...votes, stop: 'none' }, { profile }), line, answers);
      const early = trial(labelDefinition({ ...votes, stop: 'certain' }, { profile }), line, answers, {
        maxAnswers: 1 + Math.floor(chance() * 9),
      });
      const where = `${seedNote}, round ${round}, ${JSON.stringify(votes)}`;
      expect(early.outcome.type, where).toBe(whole.outcome.type);
      if (whole.outcome.type === 'failed') continue;
      expect(labelOf(early).winner, where).toBe(labelOf(whole).winner);
      expect(votesIn(labelOf(early)), where).toBeLessThanOrEqual(votesIn(labelOf(whole)));
      asked += votesIn(labelOf(early));
      all += votesIn(labelOf(whole));
    }
    expect(asked, seedNote).toBeLessThan(all);
  });

  it.each(['knockout', 'linear', 'round-robin'] as const)('never changes the best of four by %s', (ranking) => {
    for (let round = 0; round < 100; round += 1) {
      const answers = chatAnswers((prompt, seed) =>
        verdict(drawn(`${testSeed} ${prompt}`, seed) < (prompt.startsWith('a/') ? 0.7 : 0.5) ? 'A' : 'B'),
      );
      const line = lineOf(['a', 'b', 'c', 'd'], `best of four ${round}`);
      const [whole, early] = (['none', 'certain'] as const).map((stop) =>
        labelOf(trial(labelDefinition({ max: 9, stop }, { profile: twoSided, ranking }), line, answers)),
      );
      expect(early?.winner, `${seedNote}, round ${round}`).toBe(whole?.winner);
      expect(early?.ranking, `${seedNote}, round ${round}`).toEqual(whole?.ranking);
    }
  });

  it('asks for 9 of 16 first, and then for no more than could decide', () => {
    const unanimous = trial(
      labelDefinition({ max: 16, stop: 'certain' }, { profile: twoSided }),
      lineOf(['right', 'wrong']),
      takesRight([1, 1], ''),
    );
    expect(unanimous.rounds).toEqual([9]);
    expect(
      labelOf(unanimous)
        .votes.map(({ first, second }) => first + second)
        .sort(),
    ).toEqual([4, 5]);
  });
});

describe('both orders', () => {
  it('are asked in pairs, equally often', () => {
    for (const max of [2, 4, 10, 16]) {
      for (const stop of ['none', 'certain', { confidence: 0.95 }] satisfies StopRule[]) {
        const run = trial(
          labelDefinition({ max, stop, orders: 'both' }),
          lineOf(['right', 'wrong']),
          takesRight([0.7, 0.7], `${max}`),
        );
        const [one, other] = labelOf(run).votes.map(({ first, second, tie }) => first + second + tie);
        expect(one, `${max} ${JSON.stringify(stop)}`).toBe(other);
        expect(run.rounds.every((count) => count % 2 === 0)).toBe(true);
      }
    }
  });

  it('never make a judge sure that always takes the first response shown', () => {
    const first = chatAnswers(() => verdict('A'));
    const run = trial(
      labelDefinition({ max: 16, stop: { confidence: 0.95 }, orders: 'both' }),
      lineOf(['a', 'b']),
      first,
    );
    expect(labelOf(run)).toMatchObject({ tie: true, winner: null });
    expect(votesIn(labelOf(run))).toBe(16);
  });
});

/** Ten thousand items, 16 votes, a judge that is right with p = 0.9. docs/judging.md has the expected values. */
describe('savings and costs of stopping early', { timeout }, () => {
  const items = 10_000;
  const runs = (stop: StopRule) =>
    Array.from({ length: items }, (_, item) => {
      const line = lineOf(['right', 'wrong'], `${testSeed} ${item}`);
      const definition = labelDefinition({ max: 16, stop }, { profile: twoSided });
      return labelOf(trial(definition, line, takesRight([0.9, 0.9], `${testSeed} ${item}`)));
    });
  const all = runs('none');
  const share = (labels: typeof all): number => labels.reduce((sum, label) => sum + votesIn(label), 0) / (16 * items);
  const changed = (labels: typeof all): number => labels.filter((label, at) => label.winner !== all[at]?.winner).length;

  it('certain changes no label and casts at most 0.63 of the votes', () => {
    const labels = runs('certain');
    expect(changed(labels), seedNote).toBe(0);
    expect(share(labels), seedNote).toBeLessThanOrEqual(0.63);
  });

  it('a confidence of 0.95 changes at most 0.05 % of the labels and casts at most 0.36 of the votes', () => {
    const labels = runs({ confidence: 0.95 });
    expect(changed(labels) / items, seedNote).toBeLessThanOrEqual(0.0005);
    expect(share(labels), seedNote).toBeLessThanOrEqual(0.36);
  });
});

describe('confidence', { timeout }, () => {
  it('is how often the side would win with unlimited votes, if every share of each order is equally likely', () => {
    const chance = chanceOf(testSeed + 7);
    const bins = Array.from({ length: 10 }, () => ({ items: 0, confidence: 0, won: 0 }));
    for (let item = 0; item < 10_000; item += 1) {
      const shares = [chance(), chance()] as const;
      const max = 1 + Math.floor(chance() * 9);
      const definition = labelDefinition({ max }, { profile: twoSided });
      const label = labelOf(
        trial(definition, lineOf(['right', 'wrong'], `c ${item}`), takesRight(shares, `c ${testSeed} ${item}`)),
      );
      if (label.winner === null) continue;
      const bin = bins[Math.min(9, Math.floor(label.confidence * 10))];
      if (!bin) continue;
      bin.items += 1;
      bin.confidence += label.confidence;
      const asked = label.votes.map(({ order }) => shares[order[0] ?? 0] ?? 0);
      const mean = asked.reduce((sum, share) => sum + share, 0) / asked.length;
      bin.won += label.winner === (mean > 0.5 ? 0 : 1) ? 1 : 0;
    }
    const full = bins.filter(({ items }) => items >= 200);
    expect(full.length, seedNote).toBeGreaterThanOrEqual(4);
    for (const { items, confidence, won } of full) {
      expect(
        Math.abs(confidence - won) / items,
        `${seedNote}, mean confidence ${confidence / items}`,
      ).toBeLessThanOrEqual(0.03);
    }
  });
});
