import { type OutputManifest, totalsSchema } from '@proofmill/contract';
import { emptyTotals } from '@proofmill/stats';
import { describe, expect, it } from 'vitest';
import { readableReport } from './label-report.ts';

const totals = totalsSchema.parse({
  ...emptyTotals(),
  records: 40,
  labelled: 40,
  tied: 10,
  votes: 40,
  goldCompared: 30,
  goldAgreed: 20,
  health: {
    ...emptyTotals().health,
    confidence: [0, 0, 0, 0, 0, 0, 0, 10, 0, 20],
    confidenceGold: [0, 0, 0, 0, 0, 0, 0, 10, 0, 20].map((compared) => ({ compared, agreed: compared / 2 })),
    byCarried: { domain: { maths: { compared: 30, agreed: 15, labelled: 35, tied: 10 } } },
    bySource: {
      'a.jsonl': { compared: 30, agreed: 20, labelled: 35, tied: 10 },
      [`\u001b[2J\u202e${'b'.repeat(80)}\n.jsonl`]: { compared: 0, agreed: 0, labelled: 5, tied: 0 },
    },
  },
});
const output = (...runs: OutputManifest['runs']): OutputManifest => ({ v: 1, job: 'job', runs, shards: [], totals });
const run = (stage: string, more: Partial<typeof totals> = {}) => ({
  stage,
  run: stage,
  totals: { ...totals, ...more },
});

describe('the report', () => {
  const lines = readableReport(output(run('label'))).split('\n');

  it('has each statistic with its interval', () => {
    expect(lines[0]).toBe('job: label health');
    expect(lines.some((line) => /^right, by gold labels +66\.7 % +48\.8 to 80\.8 % +30 rows$/.test(line))).toBe(true);
    expect(lines.some((line) => /^ties +25\.0 % +14\.2 to 40\.2 % +40 rows$/.test(line))).toBe(true);
  });

  it('has rows and accuracy by confidence and by corpus file', () => {
    expect(lines.some((line) => /^0\.9 to 1 +20 +50\.0 % +29\.9 to 70\.1 % +20$/.test(line))).toBe(true);
    expect(lines.some((line) => /^a\.jsonl +35 +10 +66\.7 % +48\.8 to 80\.8 % +30$/.test(line))).toBe(true);
  });

  it('has rows and accuracy by carried column', () => {
    expect(lines.some((line) => /^maths +35 +10 +50\.0 % +33\.2 to 66\.8 % +30$/.test(line))).toBe(true);
  });

  it('gives a terminal nothing to obey, and no line without an end', () => {
    const controls = lines.join('').match(/[\p{Cc}\p{Cf}]/u);
    expect(controls).toBeNull();
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
    expect(lines.some((line) => /^\.\.b{46}\\u[0-9a-f]{4}\.jsonl/.test(line))).toBe(true);
  });

  it('has every stage, and prints labels that two stages share once', () => {
    const same = readableReport(output(run('label'), run('prove')));
    expect(same).toMatch(/\nstage label\n.*\nstage prove: the labels of stage label\n$/s);
    const differing = readableReport(output(run('label'), run('prove', { tied: 11 })));
    expect(differing.match(/^ties /gm)).toHaveLength(2);
  });

  it('admits what it does not know', () => {
    expect(readableReport(output(run('label', { goldCompared: 0 })))).toContain('no gold labels');
    expect(readableReport(output({ stage: 'label', run: 'r', totals: emptyTotals() }))).toContain(
      'no record has a label',
    );
  });
});
