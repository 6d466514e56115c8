import { expect, it } from 'vitest';
import { runHistory } from './history.ts';

it('a seed gives the same history again', async () => {
  for (const seed of [3, 17, 42, 101]) {
    const first = await runHistory(seed);
    const second = await runHistory(seed);
    expect(second.notes).toEqual(first.notes);
    expect(second.deaths).toEqual(first.deaths);
    expect(second.events).toBe(first.events);
    expect([...second.objects.keys()]).toEqual([...first.objects.keys()]);
  }
});

it('different seeds give different histories', async () => {
  const [first, second] = [await runHistory(3), await runHistory(4)];
  expect(second.events).not.toBe(first.events);
});
