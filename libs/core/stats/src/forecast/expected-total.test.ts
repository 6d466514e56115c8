import { chanceOf } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { expectedTotal, type Observed } from './expected-total.ts';
import { student95 } from './student.ts';

it.each([
  [1, 12.7062],
  [2, 4.3027],
  [3, 3.1824],
  [6, 2.4469],
  [30, 2.0423],
  [1000, 1.9623],
])("Student's distribution with %d degrees of freedom has its 97.5 %% point at %d", (freedom, point) => {
  expect(Math.abs(student95(freedom) / point - 1)).toBeLessThan(0.002);
});

describe('the total expected of a few items', () => {
  it('is their mean with the t-interval of it, where there are too few for a line', () => {
    const observed = [1, 2, 3].map((value) => ({ length: 10 * value, value }));
    // Mean 2, standard error 1 / sqrt(2), t = 4.3027 with two degrees of freedom.
    const { value, low, high } = expectedTotal(observed, { items: 100, length: 5000 });
    expect(value).toBe(200);
    expect(high).toBeCloseTo(504.2, 1);
    // What these took.
    expect(low).toBe(6);
  });

  it('is the mean as well where a single item has another length than the rest', () => {
    const observed = Array.from({ length: 10 }, (_, at) => ({
      length: at === 0 ? 9000 : 10,
      value: at === 0 ? 30 : 2,
    }));
    const { value, low, high } = expectedTotal(observed, { items: 100, length: 1000 });
    expect(value).toBeCloseTo(480, 9);
    expect([low, Number.isFinite(high)]).toEqual([48, true]);
  });

  it('has no interval where there is one', () => {
    expect(expectedTotal([{ length: 5, value: 7 }], { items: 10, length: 50 })).toEqual({
      value: 70,
      low: null,
      high: null,
    });
  });

  it('follows the lengths of all items, where the few are shorter than those', () => {
    const observed = Array.from({ length: 10 }, (_, at) => ({ length: at, value: 3 * at + 1 }));
    const { value, low, high } = expectedTotal(observed, { items: 1000, length: 100_000 });
    expect(value).toBeCloseTo(301_000, 6);
    expect([low, high].map((bound) => Math.round(bound ?? 0))).toEqual([301_000, 301_000]);
  });

  it('is the less certain, the less the few are like the others', () => {
    const chance = chanceOf(1);
    const observed = Array.from({ length: 20 }, (_, at) => ({ length: at, value: at + 10 * chance() }));
    const widthAt = (length: number): number => {
      const { low, high } = expectedTotal(observed, { items: 100, length: 100 * length });
      return (high ?? 0) - (low ?? 0);
    };
    expect(widthAt(100)).toBeGreaterThan(3 * widthAt(10));
  });

  it('lies in its interval about 95 times of 100, though lengths have a long tail', () => {
    const chance = chanceOf(2);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
    const items = Array.from({ length: 5000 }, (): Observed => {
      const length = Math.exp(6 + normal());
      return { length, value: 100 + length / 4 + 300 * Math.exp(0.5 * normal()) };
    });
    const population = { items: items.length, length: items.reduce((sum, { length }) => sum + length, 0) };
    const truth = items.reduce((sum, { value }) => sum + value, 0);
    const draws = 400;
    let inside = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const observed = Array.from({ length: 32 }, () => items[Math.floor(chance() * items.length)] as Observed);
      const { low, high } = expectedTotal(observed, population);
      if (truth >= (low ?? 0) && truth <= (high ?? 0)) inside += 1;
    }
    expect(inside / draws).toBeGreaterThan(0.91);
    expect(inside / draws).toBeLessThan(0.99);
  });
});
