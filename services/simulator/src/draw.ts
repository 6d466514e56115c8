/** Chance as a pure function of seeds, so that asking again gives the same answer. */

/** A stream of numbers in [0, 1). */
export type Draw = () => number;

/** The generator sfc32 (PractRand, public domain). After 15 rounds, seeds that differ in one bit have diverged. */
export function createDraw(seedA: number, seedB: number, seedC: number, seedD: number): Draw {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let d = seedD | 0;
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** One of the entries, each equally likely. */
export function pick<T>(draw: Draw, entries: readonly T[]): T {
  const entry = entries[Math.floor(draw() * entries.length)];
  if (entry === undefined) throw new Error('nothing to pick from');
  return entry;
}

/** A standard normal number (Box and Muller). */
export const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
