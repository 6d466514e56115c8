import { type Profile, profileSchema, type Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { about, judged, pairs } from './judged.ts';

const ITEMS = 10_000;
const timeout = 300_000;

interface Bin {
  items: number;
  confidence: number;
  won: number;
}

/** By confidence: how high it is on average, and how often the row's winner is the gold one. */
function binsOf(rows: readonly (Row | null)[]): Bin[] {
  const bins = Array.from({ length: 10 }, (): Bin => ({ items: 0, confidence: 0, won: 0 }));
  for (const row of rows) {
    if (!row || row.winner === null || row.confidence === null) continue;
    const bin = bins[Math.min(9, Math.floor(row.confidence * 10))];
    if (!bin) continue;
    bin.items += 1;
    bin.confidence += row.confidence;
    bin.won += row.winner === row.gold ? 1 : 0;
  }
  return bins.filter(({ items }) => items >= 200);
}

describe(`confidence (${about})`, () => {
  it('of votes is the share of labels that unlimited votes would give too, where each share of votes is as likely', {
    timeout,
  }, async () => {
    // The simulator's `uniform` accuracy is between 0.5 and 1: with unlimited votes its better response always wins.
    const simulator = { accuracy: 'uniform', positionBias: 0, invalidRate: 0 } as const;
    const bins: Bin[] = [];
    for (const max of [1, 3, 7]) {
      const items = pairs(ITEMS / 2, `calibration with ${max}`);
      bins.push(...binsOf((await judged({ items, simulator, votes: { max } })).rows));
    }
    expect(bins.length).toBeGreaterThanOrEqual(6);
    for (const { items, confidence, won } of bins) {
      const where = `${about}: ${items} rows, mean confidence ${confidence / items}, right ${won / items}`;
      expect(Math.abs(confidence - won) / items, where).toBeLessThanOrEqual(0.03);
    }
  });

  it("of scores is the chance that the winner is right, for a reward model in Bradley and Terry's sense", {
    timeout,
  }, async () => {
    const profile: Profile = profileSchema.parse({
      name: 'scores',
      version: 1,
      purpose: 'label',
      description: '',
      source: '',
      endpoint: 'classify',
      messages: [{ turns: 'prompt' }, { role: 'assistant', template: '{{ response }}' }],
      sampling: { temperature: 0, topP: 1, maxTokens: 1 },
      parse: { rule: 'scalar' },
      frameMarks: [],
      chatTemplateKwargs: {},
    });
    const { rows } = await judged({
      items: pairs(ITEMS / 2, 'scores'),
      simulator: { runner: 'pooling' },
      votes: {},
      profile,
    });
    const bins = binsOf(rows);
    expect(bins.length).toBeGreaterThanOrEqual(3);
    for (const { items, confidence, won } of bins) {
      const where = `${about}: ${items} rows, mean confidence ${confidence / items}, right ${won / items}`;
      expect(Math.abs(confidence - won) / items, where).toBeLessThanOrEqual(0.05);
    }
  });
});
