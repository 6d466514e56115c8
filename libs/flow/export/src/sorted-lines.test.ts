import { chanceOf, memoryStore, seedNote, testSeed } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { sortedLines } from './sorted-lines.ts';

async function* given(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

it('lines are sorted, whatever part of them is held, and nothing is left in the scratch store', async () => {
  const chance = chanceOf(testSeed);
  for (let round = 0; round < 60; round += 1) {
    const lines = Array.from({ length: Math.floor(chance() * 80) }, () => `${Math.floor(chance() * 50)} é😀`);
    const scratch = memoryStore();
    const heldCharacters = 1 + Math.floor(chance() * 60);
    const mostParts = 2 + Math.floor(chance() * 5);
    const sorted = await Array.fromAsync(sortedLines(given(lines), { scratch, heldCharacters, mostParts }));
    expect(sorted, `${seedNote}, round ${round}`).toEqual(lines.toSorted());
    expect(await scratch.list('')).toEqual([]);
  }
});
