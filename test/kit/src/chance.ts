/** Chance that can be had again: the same seed gives the same numbers on every machine. */

/** Numbers in [0, 1) (mulberry32, by Tommy Ettinger, public domain). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of a test that draws: PROOFMILL_SEED, else always the same one. */
export const testSeed = Number(process.env.PROOFMILL_SEED ?? 1);

/** For the message of a failed assertion: how to run the same draws again. */
export const seedNote = `PROOFMILL_SEED=${testSeed}`;
