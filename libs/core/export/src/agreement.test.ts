import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { Agreement } from './agreement.ts';
import type { Comparison } from './comparison.ts';

const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  ...{
    prompt: [{ role: 'user', content: 'q' }],
    chosen: 'a',
    rejected: 'b',
    certainty: 0.7,
    scores: null,
    argued: null,
  },
  ...more,
});
const text = (kind: 'proof' | 'rationale', isChosenFirst: boolean, answer: string = kind): Comparison['argued'] => ({
  ...{ kind, isChosenFirst, answer },
});
const result = (comparisons: readonly Comparison[], bothOrders = false) => {
  const agreement = new Agreement({ bothOrders });
  for (const each of comparisons) agreement.add(each);
  return agreement.result();
};

describe('rows that compare the same responses', () => {
  it('count once, the most certain one, then one with a proof', () => {
    const sure = comparison({ certainty: 0.9 });
    expect(result([comparison(), sure, comparison({ certainty: null })])).toEqual({
      comparisons: [sure],
      duplicates: 2,
      contradicted: 0,
    });
    const proved = comparison({ argued: text('proof', true) });
    const rated = comparison({ argued: text('rationale', true), scores: [1, 0] });
    expect(result([rated, proved, rated]).comparisons).toEqual([proved]);
  });

  it('are all left out where they contradict each other, whenever the other label comes', () => {
    const other = comparison({ chosen: 'b', rejected: 'a', certainty: 0.99 });
    const none = { comparisons: [], duplicates: 0, contradicted: 3 };
    expect(result([comparison(), comparison(), other])).toEqual(none);
    expect(result([other, comparison(), other])).toEqual(none);
  });

  it('count once for each order that has a text, where both are wanted', () => {
    const both = [comparison({ argued: text('proof', true) }), comparison({ argued: text('rationale', false) })];
    expect(result([...both, ...both], true)).toMatchObject({ comparisons: both, duplicates: 2 });
    expect(result(both)).toMatchObject({ comparisons: [both[0]], duplicates: 1 });
  });

  it('give the same whatever the order in which they come', () => {
    const chance = chanceOf(testSeed);
    const some = Array.from({ length: 40 }, (_, at) =>
      comparison({
        certainty: [null, 0.5, 0.5, 0.8, 0.8][at % 5] ?? null,
        argued: text(at % 3 === 0 ? 'proof' : 'rationale', at % 2 === 0, `${at}`),
      }),
    );
    const expected = result(some, true);
    for (let round = 0; round < 50; round += 1) {
      const shuffled = some.map((each) => ({ each, place: chance() })).sort((one, two) => one.place - two.place);
      const found = result(
        shuffled.map(({ each }) => each),
        true,
      );
      expect(found, seedNote).toEqual(expected);
    }
  });
});
