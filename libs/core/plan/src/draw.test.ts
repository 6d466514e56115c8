import { expect, it } from 'vitest';
import { Draw } from './draw.ts';

function drawnOf(items: number, wanted: number, seed: number): number[] {
  const draw = new Draw<number>(wanted, seed);
  for (let item = 0; item < items; item += 1) draw.offer(item, 2);
  expect(draw.population).toEqual({ items, length: 2 * items });
  return draw.drawn.map(({ item }) => item);
}

it('a draw has the wanted number of different items, or all where there are fewer', () => {
  expect(new Set(drawnOf(1000, 32, 0)).size).toBe(32);
  expect(drawnOf(5, 32, 0).sort()).toEqual([0, 1, 2, 3, 4]);
  expect(drawnOf(10, 0, 0)).toEqual([]);
});

it('the same seed draws the same items, and a larger draw holds the smaller one; another seed draws others', () => {
  const small = drawnOf(1000, 20, 7);
  expect(drawnOf(1000, 20, 7)).toEqual(small);
  expect(drawnOf(1000, 50, 7).slice(0, 20)).toEqual(small);
  expect(drawnOf(1000, 20, 8)).not.toEqual(small);
});

it('items of every part of the corpus are drawn about equally often', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let seed = 0; seed < 200; seed += 1) {
    for (const item of drawnOf(100, 10, seed)) tenths[Math.floor(item / 10)] = (tenths[Math.floor(item / 10)] ?? 0) + 1;
  }
  // 200 expected in each, with a standard deviation of 12.8.
  for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60);
});
