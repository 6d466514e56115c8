import type { StopRule } from '@proofmill/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, seedNote } from './items.ts';
import { type Judged, judged } from './judged.ts';

/** PROOFMILL_PAIRS=10000 is the whole proof; the judge's own tests have as many, without a simulator. */
const itemCount = Number(process.env.PROOFMILL_PAIRS ?? 3000);
const mostVotes = 16;
const timeout = 300_000;

/** A judge that prefers the better response with p = 0.9 in every pair. */
const simulator = { accuracy: { mean: 0.9, spread: 0 } } as const;

describe(`16 votes on ${itemCount} pairs at p = 0.9 (${seedNote})`, () => {
  const items = itemsOf(itemCount, 'stopping');
  const run = (stop: StopRule): Promise<Judged> => judged({ items, simulator, votes: { max: mostVotes, stop } });
  let whole: Judged;

  beforeAll(async () => {
    whole = await run('none');
  }, timeout);

  const share = ({ answers }: Judged): number => answers / (mostVotes * itemCount);
  const changed = ({ rows }: Judged): number =>
    rows.filter((row, index) => row?.winner !== whole.rows[index]?.winner).length;

  it('are all cast without a stop rule, and nearly always name the better response', () => {
    expect(share(whole), seedNote).toBe(1);
    expect(whole.rows.filter((row) => row?.winner === row?.gold).length / itemCount, seedNote).toBeGreaterThan(0.999);
  });

  it('with the rule certain, at most 0.63 of them are cast, and no label changes', { timeout }, async () => {
    const early = await run('certain');
    expect(changed(early), seedNote).toBe(0);
    expect(share(early), seedNote).toBeLessThanOrEqual(0.63);
  });

  it('with a confidence of 0.95, at most 0.36 of them are cast, and at most 0.05 % of the labels change', {
    timeout,
  }, async () => {
    const early = await run({ confidence: 0.95 });
    expect(changed(early) / itemCount, seedNote).toBeLessThanOrEqual(0.0005);
    expect(share(early), seedNote).toBeLessThanOrEqual(0.36);
  });
});

describe(`16 close votes (${seedNote})`, () => {
  it('change no label with the rule certain', { timeout }, async () => {
    const items = itemsOf(1000, 'close votes');
    const run = async (stop: StopRule): Promise<unknown[]> => {
      const close = { accuracy: { mean: 0.55, spread: 0.05 } };
      const { rows } = await judged({ items, simulator: close, votes: { max: mostVotes, stop } });
      return rows.map((row) => row?.winner);
    };
    expect(await run('certain'), seedNote).toEqual(await run('none'));
  });
});
