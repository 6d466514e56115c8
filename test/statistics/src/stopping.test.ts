import type { StopRule } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { about, type Judged, judged, pairs, votesOf } from './judged.ts';

const ITEMS = 10_000;
const VOTES = 16;
const timeout = 300_000;

/** A judge that takes the better response with p = 0.9 in every pair, wherever it is shown, and always in a form that is read. */
const simulator = { accuracy: { mean: 0.9, spread: 0 }, positionBias: 0, invalidRate: 0 } as const;

describe(`16 votes on 10,000 pairs at p = 0.9 (${about})`, () => {
  const items = pairs(ITEMS, 'stopping');
  const run = (stop: StopRule): Promise<Judged> => judged({ items, simulator, votes: { max: VOTES, stop } });
  let whole: Judged;

  const share = ({ rows }: Judged): number => rows.reduce((sum, row) => sum + votesOf(row), 0) / (VOTES * ITEMS);
  const changed = ({ rows }: Judged): number => rows.filter((row, at) => row?.winner !== whole.rows[at]?.winner).length;

  it('are all cast without a stop rule, and nearly always name the better response', { timeout }, async () => {
    whole = await run('none');
    expect(share(whole)).toBe(1);
    expect(whole.rows.filter((row) => row?.winner === row?.gold).length / ITEMS).toBeGreaterThan(0.999);
  });

  it('certain: at most 0.63 of them are cast, and no label changes', { timeout }, async () => {
    const early = await run('certain');
    expect(changed(early), about).toBe(0);
    expect(share(early), about).toBeLessThanOrEqual(0.63);
  });

  it('a confidence of 0.95: at most 0.40 of them are cast, and at most 0.1 % of the labels change', {
    timeout,
  }, async () => {
    const early = await run({ confidence: 0.95 });
    expect(changed(early) / ITEMS, about).toBeLessThanOrEqual(0.001);
    expect(share(early), about).toBeLessThanOrEqual(0.4);
  });
});
