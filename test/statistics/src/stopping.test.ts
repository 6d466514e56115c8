import type { StopRule } from '@proofmill/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { about, itemsOf } from './items.ts';
import { type Judged, judged } from './judged.ts';

const ITEMS = 10_000;
const VOTES = 16;
const timeout = 300_000;

/** A judge that takes the better response with p = 0.9 in every pair. */
const simulator = { accuracy: { mean: 0.9, spread: 0 } } as const;

describe(`16 votes on 10,000 pairs at p = 0.9 (${about})`, () => {
  const items = itemsOf(ITEMS, 'stopping');
  const run = (stop: StopRule): Promise<Judged> => judged({ items, simulator, votes: { max: VOTES, stop } });
  let whole: Judged;

  beforeAll(async () => {
    whole = await run('none');
  }, timeout);

  const share = ({ answers }: Judged): number => answers / (VOTES * ITEMS);
  const changed = ({ rows }: Judged): number => rows.filter((row, at) => row?.winner !== whole.rows[at]?.winner).length;

  it('are all cast without a stop rule, and nearly always name the better response', () => {
    expect(share(whole), about).toBe(1);
    expect(whole.rows.filter((row) => row?.winner === row?.gold).length / ITEMS, about).toBeGreaterThan(0.999);
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

describe(`16 votes where they are close (${about})`, () => {
  it('certain: no label changes', { timeout }, async () => {
    const items = itemsOf(1000, 'close votes');
    const run = async (stop: StopRule): Promise<unknown[]> => {
      const close = { accuracy: { mean: 0.55, spread: 0.05 } };
      const { rows } = await judged({ items, simulator: close, votes: { max: VOTES, stop } });
      return rows.map((row) => row?.winner);
    };
    expect(await run('certain'), about).toEqual(await run('none'));
  });
});
