import type { OutputManifest, Profile, StageFile, Totals } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { datasetCard, emptyTotals } from './index.ts';

const profile: Profile = {
  name: 'gram-r2',
  version: 1,
  purpose: 'label',
  description: '',
  source: '',
  messages: [{ role: 'user', template: 't' }],
  sampling: { temperature: 1, topP: 1, maxTokens: 10 },
  parse: { rule: 'tagged', tag: 'answer', verdicts: {} },
  frameMarks: [],
  chatTemplateKwargs: {},
};
const common = { profile, sampling: { temperature: 0.6, topP: 0.9, maxTokens: 4096, seed: 5 } };
const label: StageFile = {
  v: 1,
  run: 'job-label-0123abcd',
  stageDigest: '',
  partitions: 1,
  definition: {
    kind: 'label',
    name: 'label',
    ...common,
    engine: { model: 'judge-8b', revision: 'main' },
    votes: { max: 16, orders: 'alternate', reasks: 4 },
  },
};
const prove: StageFile = {
  ...label,
  run: 'job-prove-0123abcd',
  definition: { kind: 'prove', name: 'prove', ...common, engine: { model: 'prover', revision: null }, attempts: 3 },
};

const totals: Totals = {
  ...emptyTotals(),
  records: 1000,
  labelled: 900,
  failed: 100,
  kept: 600,
  tied: 40,
  votes: 1800,
  invalid: 200,
  firstShownWins: 945,
  failedByClass: { 'not-json': 30, overlong: 70 },
  notKeptByReason: { tie: 40, 'imitates-frame': 260 },
};

const outputOf = (more: Partial<Totals> = {}): OutputManifest => ({
  v: 1,
  job: 'stackexchange-500k',
  runs: [
    { stage: 'label', run: label.run, totals: { ...totals, tokens: { prompt: 123, completion: 456 } } },
    { stage: 'prove', run: prove.run, totals: { ...totals, tokens: { prompt: 78, completion: 90 } } },
  ],
  shards: [],
  totals: { ...totals, ...more },
});

describe('the dataset card', () => {
  const card = datasetCard(outputOf(), [label, prove]);

  it('begins with what a hub reads, and the name of the job', () => {
    expect(card.startsWith('---\nconfigs:\n- config_name: default\n')).toBe(true);
    expect(card).toContain('    path: data/train-*\n---\n\n# stackexchange-500k\n');
  });

  it('gives the counts with their shares', () => {
    for (const line of [
      '| records | 1000 |',
      '| rows (records with a label) | 900 |',
      '| kept | 600 (66.7 %) |',
      '| failed | 100 |',
      '| invalid answers | 200 (10.0 %) |',
      '| votes for the response shown first | 52.5 % |',
      '| agreement with gold labels | no gold labels |',
    ]) {
      expect(card).toContain(`\n${line}\n`);
    }
    const gold = datasetCard(outputOf({ goldCompared: 200, goldAgreed: 150 }), [label, prove]);
    expect(gold).toContain('| agreement with gold labels | 75.0 % of 200 |');
  });

  it('lists failures and rows not kept by what is most, and leaves out what there is none of', () => {
    expect(card).toContain('\n- overlong: 70\n- not-json: 30\n');
    expect(card).toContain('\n- imitates-frame: 260\n- tie: 40\n');
    const clean = datasetCard(outputOf({ failed: 0, failedByClass: {}, kept: 900, notKeptByReason: {} }), [label]);
    expect(clean).not.toContain('by class');
    expect(clean).not.toContain('by reason');
  });

  it('says of every stage who answered, how it was asked and what it cost', () => {
    expect(card).toContain(
      '**label** (label): model `judge-8b` at `main`,\n  profile `gram-r2` version 1, 16 votes, orders alternate;',
    );
    expect(card).toContain(
      'temperature 0.6, top-p 0.9,\n  at most 4096 tokens an answer, seed 5; 123 prompt and 456 completion tokens; run `job-label-0123abcd`',
    );
    expect(card).toContain('**prove** (prove): model `prover`,');
    expect(card).toContain('3 attempts;');
    expect(card).toContain('78 prompt and 90 completion tokens; run `job-prove-0123abcd`');
  });

  it('has nothing undefined in it when the output is empty', () => {
    const empty = datasetCard({ ...outputOf(), runs: [], totals: emptyTotals() }, [label]);
    expect(empty).not.toMatch(/undefined|NaN|null,/);
    expect(empty).toContain('| kept | 0 (-) |');
  });
});
