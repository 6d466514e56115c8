/** Chance that can be had again. */
export { chanceOf } from '@proofmill/contract';

/** The seed of a test that draws: PROOFMILL_SEED, else always the same one. */
export const testSeed = Number(process.env.PROOFMILL_SEED ?? 1);

/** For the message of a failed assertion: how to run the same draws again. */
export const seedNote = `PROOFMILL_SEED=${testSeed}`;
