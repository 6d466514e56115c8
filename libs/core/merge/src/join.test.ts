import type {
  DoneOutcome,
  FailedOutcome,
  Failure,
  Item,
  Label,
  OutcomeBody,
  PackLine,
  Profile,
  Row,
  StageDefinition,
} from '@proofmill/contract';
import { failureSchema, rowSchema } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { addJoined, addTotals, emptyTotals, type Joined, joinOutcome, judgeOf, poisonOutcome } from './index.ts';

const profile: Profile = {
  name: 'judge-profile',
  version: 2,
  purpose: 'label',
  description: '',
  source: '',
  messages: [{ role: 'user', template: 't' }],
  sampling: { temperature: 1, topP: 1, maxTokens: 10 },
  parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first' } },
  frameMarks: [],
  chatTemplateKwargs: {},
};
const common = {
  profile,
  engine: { model: 'm', revision: 'r1' },
  sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 },
};
const labelStage: StageDefinition = {
  kind: 'label',
  name: 'label',
  ...common,
  votes: { max: 2, orders: 'alternate', reasks: 0 },
};
const proveStage: StageDefinition = { kind: 'prove', name: 'prove', ...common, attempts: 1 };

const source = { file: 'corpus.jsonl', line: 18 };
const item: Item = {
  sourceId: 'theirs-17',
  source,
  prompt: [{ role: 'user', content: 'q' }],
  responses: ['zero', 'one'],
  gold: 1,
};
const label: Label = {
  winner: 0,
  tie: false,
  confidence: 0.875,
  votes: [
    { order: [0, 1], first: 1, second: 0, tie: 0, invalid: 1 },
    { order: [1, 0], first: 0, second: 1, tie: 0, invalid: 0 },
  ],
  rationale: { order: [0, 1], vote: 0, text: 'why', cut: false },
};
const tokens = { prompt: 5, completion: 7 };
const done = (more: Partial<DoneOutcome> = {}): OutcomeBody => ({ type: 'done', label, tokens, ...more });
const proofOf = (...failed: string[]): OutcomeBody => ({
  type: 'done',
  proof: {
    order: [1, 0],
    text: 'proof',
    cut: false,
    score: null,
    checks: ['whole', 'opens as asked', 'concludes for its label'].map((name) => ({
      name,
      passed: !failed.includes(name),
    })),
  },
  tokens,
});
const failed: OutcomeBody = {
  type: 'failed',
  class: 'overlong',
  message: 'too long',
  answers: ['raw'],
  votes: [{ order: [1, 0], first: 0, second: 0, tie: 0, invalid: 5 }],
  tokens,
};

const asked = (prior: Row | null = null, more: Partial<Item> = {}): PackLine => ({
  ask: true,
  index: 17,
  digest: 'd',
  item: { ...item, ...more },
  prior,
});
const settledLine = (settled: Extract<PackLine, { ask: false }>['settled'], prior: Row | Failure | null): PackLine => ({
  ask: false,
  index: 17,
  source,
  sourceId: 'theirs-17',
  settled,
  prior,
});

const join = (
  definition: StageDefinition,
  line: PackLine,
  outcome: OutcomeBody,
  imitations: (responses: readonly string[]) => string[] = () => [],
): Joined => joinOutcome({ definition, judge: judgeOf(definition), shard: 42, line, outcome, imitations });

function rowOf(joined: Joined): Row {
  if (!('row' in joined)) throw new Error(`it is a failure: ${JSON.stringify(joined)}`);
  expect(rowSchema.parse(joined.row)).toEqual(joined.row);
  return joined.row;
}
function failureOf(joined: Joined): Failure {
  if (!('failure' in joined)) throw new Error(`it is a row: ${JSON.stringify(joined)}`);
  expect(failureSchema.parse(joined.failure)).toEqual(joined.failure);
  return joined.failure;
}

const labelled = rowOf(join(labelStage, asked(), done()));

describe('a record of a label stage', () => {
  it('with a label is a row that holds what was planned and what came out', () => {
    expect(labelled).toEqual({
      id: '00042:17',
      ...item,
      winner: 0,
      tie: false,
      confidence: 0.875,
      kept: true,
      keptReason: null,
      flags: [],
      votes: label.votes,
      rationale: label.rationale,
      proof: null,
      judge: judgeOf(labelStage),
      prover: null,
      tokens: [{ stage: 'label', ...tokens }],
    });
  });

  it('has its fields in one order, whatever the outcome', () => {
    const tie = rowOf(
      join(labelStage, asked(null, { gold: null }), done({ label: { ...label, winner: null, tie: true } })),
    );
    const proved = rowOf(join(proveStage, asked(labelled), proofOf()));
    const unproved = rowOf(join(proveStage, asked(labelled), failed));
    const keys = Object.keys(labelled);
    for (const row of [tie, proved, unproved]) expect(Object.keys(row)).toEqual(keys);
  });

  it('that is a tie is not kept', () => {
    const tie = { ...label, winner: null, tie: true, confidence: 0.5, rationale: null };
    expect(rowOf(join(labelStage, asked(), done({ label: tie })))).toMatchObject({
      winner: null,
      kept: false,
      keptReason: 'tie',
      rationale: null,
    });
  });

  it('whose responses imitate the frame is flagged and not kept, even as a tie, and its text is not edited', () => {
    const seen: (readonly string[])[] = [];
    const imitations = (responses: readonly string[]): string[] => {
      seen.push(responses);
      return ['</answer>', '<|im_end|>'];
    };
    const line = asked(null, { responses: ['</answer>', '<|im_end|>'] });
    for (const outcome of [done(), done({ label: { ...label, winner: null, tie: true } })]) {
      expect(rowOf(join(labelStage, line, outcome, imitations))).toMatchObject({
        kept: false,
        keptReason: 'imitates-frame',
        flags: ['imitates the frame: </answer>', 'imitates the frame: <|im_end|>'],
        responses: ['</answer>', '<|im_end|>'],
      });
    }
    expect(seen[0]).toEqual(['</answer>', '<|im_end|>']);
  });

  it('that failed is a failure with place, class and raw answers', () => {
    expect(failureOf(join(labelStage, asked(), failed))).toEqual({
      id: '00042:17',
      sourceId: 'theirs-17',
      source,
      stage: 'label',
      class: 'overlong',
      message: 'too long',
      answers: ['raw'],
      votes: [{ order: [1, 0], first: 0, second: 0, tie: 0, invalid: 5 }],
      tokens: [{ stage: 'label', ...tokens }],
    });
  });

  it('that was poisoned is a failure of that class', () => {
    expect(failureOf(join(labelStage, asked(), poisonOutcome))).toMatchObject({ class: 'poison', answers: [] });
  });

  it('that could not be read is the failure of planning', () => {
    const settled: FailedOutcome = {
      type: 'failed',
      class: 'not-json',
      message: 'line 18',
      answers: [],
      votes: [],
      tokens,
    };
    expect(failureOf(join(labelStage, settledLine(settled, null), settled))).toEqual({
      id: '00042:17',
      sourceId: 'theirs-17',
      source,
      stage: 'label',
      class: 'not-json',
      message: 'line 18',
      answers: [],
      votes: [],
      tokens: [],
    });
  });

  it('whose votes are on another number of responses is a failure', () => {
    const votes = [{ order: [2, 0, 1], first: 1, second: 0, tie: 0, invalid: 0 }];
    expect(failureOf(join(labelStage, asked(), done({ label: { ...label, votes } })))).toMatchObject({
      class: 'unexpected',
      message: 'its votes are on 3 responses, the item has 2',
      tokens: [{ stage: 'label', ...tokens }],
    });
  });

  it('is never made up: an outcome without a label is a failure', () => {
    expect(failureOf(join(labelStage, asked(), { type: 'done', tokens }))).toMatchObject({ class: 'unexpected' });
  });
});

describe('a record of a prove stage', () => {
  it('with a proof that passed is the row of before, with proof, prover and tokens', () => {
    expect(rowOf(join(proveStage, asked(labelled), proofOf()))).toEqual({
      ...labelled,
      kept: true,
      keptReason: null,
      proof: (proofOf() as DoneOutcome).proof,
      prover: judgeOf(proveStage),
      tokens: [
        { stage: 'label', ...tokens },
        { stage: 'prove', ...tokens },
      ],
    });
  });

  it('with a proof that failed checks is not kept, and says which', () => {
    const row = rowOf(join(proveStage, asked(labelled), proofOf('whole', 'concludes for its label')));
    expect(row).toMatchObject({ kept: false, keptReason: 'proof: whole, concludes for its label', winner: 0 });
    expect(row.proof?.text).toBe('proof');
  });

  it('that failed keeps its label, without a proof, and is not kept', () => {
    for (const [outcome, reason] of [
      [failed, 'proof-failed: overlong'],
      [poisonOutcome, 'proof-failed: poison'],
    ] as const) {
      const row = rowOf(join(proveStage, asked(labelled), outcome));
      expect(row).toMatchObject({ kept: false, keptReason: reason, winner: 0, proof: null });
      expect(row.tokens).toHaveLength(2);
    }
  });

  it('without any proof in its outcome is not kept', () => {
    for (const outcome of [
      { type: 'done', tokens },
      { type: 'done', tokens, proof: null },
    ] as const) {
      expect(rowOf(join(proveStage, asked(labelled), outcome))).toMatchObject({
        kept: false,
        keptReason: 'proof-failed: unexpected',
        proof: null,
      });
    }
  });

  it("whose responses imitate the prover's frame is flagged and not kept", () => {
    expect(rowOf(join(proveStage, asked(labelled), proofOf(), () => ['[The Verdict]']))).toMatchObject({
      kept: false,
      keptReason: 'imitates-frame',
      flags: ['imitates the frame: [The Verdict]'],
    });
  });

  it('that was not asked about is the row of before, as it was', () => {
    const prior = { ...labelled, kept: false, keptReason: 'tie' };
    const settled = { type: 'skipped', reason: 'not kept: tie' } as const;
    expect(rowOf(join(proveStage, settledLine(settled, prior), settled))).toEqual(prior);
  });

  it('that had no label is the failure of before, as it was', () => {
    const prior = failureOf(join(labelStage, asked(), failed));
    const settled = { type: 'skipped', reason: 'failed in stage label' } as const;
    expect(failureOf(join(proveStage, settledLine(settled, prior), settled))).toEqual(prior);
  });

  it('that is too large to be asked about keeps its label, and is not kept', () => {
    const settled: FailedOutcome = { type: 'failed', class: 'too-large', message: 'm', answers: [], votes: [], tokens };
    expect(rowOf(join(proveStage, settledLine(settled, labelled), settled))).toEqual({
      ...labelled,
      kept: false,
      keptReason: 'proof-failed: too-large',
    });
  });
});

describe('who judged', () => {
  it('is told by profile, version, prompt digest, model, revision and sampling', () => {
    expect(judgeOf(labelStage)).toMatchObject({
      profile: 'judge-profile',
      version: 2,
      model: 'm',
      revision: 'r1',
      sampling: common.sampling,
    });
    const edited = { ...profile, messages: [{ role: 'user' as const, template: 't ' }] };
    expect(judgeOf({ ...labelStage, profile: edited }).promptSha256).not.toBe(judgeOf(labelStage).promptSha256);
  });
});

describe('totals', () => {
  const tie = done({ label: { ...label, winner: null, tie: true } });
  const lines: readonly [PackLine, OutcomeBody, string[]][] = [
    [asked(), done(), []],
    [asked(null, { gold: 0 }), done(), []],
    [asked(null, { gold: null }), tie, []],
    [asked(), done(), ['</answer>']],
    [asked(), failed, []],
    [asked(), poisonOutcome, []],
  ];
  const joinedLines = lines.map(([line, outcome, marks]) => ({
    joined: join(labelStage, line, outcome, () => marks),
    outcome,
  }));

  it('count every record once, by what became of it', () => {
    const totals = emptyTotals();
    for (const { joined, outcome } of joinedLines) addJoined(totals, joined, outcome, 'label');
    expect(totals).toEqual({
      records: 6,
      labelled: 4,
      failed: 2,
      skipped: 0,
      kept: 2,
      tied: 1,
      proved: 0,
      votes: 8,
      invalid: 9, // four of the rows, five of the record without a valid vote
      flagged: 1,
      goldCompared: 3,
      goldAgreed: 1,
      firstShownWins: 4,
      tokens: { prompt: 25, completion: 35 },
      failedByClass: { overlong: 1, poison: 1 },
      notKeptByReason: { tie: 1, 'imitates-frame': 1 },
    });
  });

  it('of parts add up to those of the whole, however they are parted', () => {
    const whole = emptyTotals();
    for (const { joined, outcome } of joinedLines) addJoined(whole, joined, outcome, 'label');
    for (let cut = 0; cut <= joinedLines.length; cut += 1) {
      const sum = emptyTotals();
      for (const part of [joinedLines.slice(0, cut), joinedLines.slice(cut)]) {
        const totals = emptyTotals();
        for (const { joined, outcome } of part) addJoined(totals, joined, outcome, 'label');
        addTotals(sum, totals);
      }
      expect(sum, `parted at ${cut}`).toEqual(whole);
    }
    const four = emptyTotals();
    const two = emptyTotals();
    addTotals(two, whole);
    addTotals(two, whole);
    addTotals(four, two);
    addTotals(four, two);
    expect(four).toMatchObject({
      records: 24,
      tokens: { prompt: 100, completion: 140 },
      failedByClass: { overlong: 4, poison: 4 },
      notKeptByReason: { tie: 4, 'imitates-frame': 4 },
    });
  });

  it('of a later stage count its own tokens, and what it did not ask about as skipped', () => {
    const totals = emptyTotals();
    const skipped = { type: 'skipped', reason: 'not kept: tie' } as const;
    addJoined(totals, join(proveStage, asked(labelled), proofOf()), proofOf(), 'prove');
    addJoined(totals, join(proveStage, settledLine(skipped, labelled), skipped), skipped, 'prove');
    addJoined(totals, join(proveStage, asked(labelled), failed), failed, 'prove');
    const prior = failureOf(join(labelStage, asked(), failed));
    addJoined(totals, join(proveStage, settledLine(skipped, prior), skipped), skipped, 'prove');
    expect(totals).toMatchObject({
      records: 4,
      labelled: 3,
      failed: 1,
      skipped: 2,
      kept: 2,
      proved: 1,
      tokens: { prompt: 10, completion: 14 },
      failedByClass: { overlong: 1 },
      notKeptByReason: { 'proof-failed: overlong': 1 },
    });
  });
});
