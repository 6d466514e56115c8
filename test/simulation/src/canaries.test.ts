import { expect, it } from 'vitest';
import { runHistory } from './history.ts';
import { mutants } from './mutants.ts';

const usualHistories = 150;

for (const mutant of mutants) {
  it(`the planted bug "${mutant().name}" is caught`, { timeout: 600_000 }, async () => {
    const { histories = usualHistories } = mutant();
    let caught: string | null = null;
    for (let seed = 1; seed <= histories && caught === null; seed += 1) {
      const { wrong } = await runHistory(seed, mutant());
      caught = wrong[0] ?? null;
    }
    expect(caught, `none of ${histories} histories was wrong`).not.toBeNull();
  });
}
