import type {
  DoneOutcome,
  FailedOutcome,
  Failure,
  Imitation,
  Item,
  Label,
  LabelDefinition,
  Outcome,
  PackLine,
  ProofCheck,
  Row,
  StageDefinition,
} from '@proofmill/contract';
import { failureSchema, keepEverything, rowSchema } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { type Joined, joinOutcome, judgeOf, outcomeOfSame, poisonOutcome, refusedOutcome } from './index.ts';

const profile = judgeProfile({ name: 'judge-profile', version: 2 });
const common = {
  profile,
  engine: { model: 'm', revision: 'r1' },
  sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 },
};
const labelStage: LabelDefinition = {
  kind: 'label',
  name: 'label',
  ...common,
  votes: { max: 2, orders: 'alternate', stop: 'none', reasks: 0, logprobs: false },
  ranking: 'knockout',
  keep: keepEverything,
  first: null,
};
const proveStage: StageDefinition = {
  kind: 'prove',
  name: 'prove',
  ...common,
  candidates: 1,
  attempts: 1,
  select: 'first',
  selector: null,
};

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
  confidenceOf: 'votes',
  votes: [
    { order: [0, 1], seed: 7, first: 1, second: 0, tie: 0, invalid: 1, probabilities: null },
    { order: [1, 0], seed: 8, first: 0, second: 1, tie: 0, invalid: 0, probabilities: null },
  ],
  rationale: { order: [0, 1], vote: 0, text: 'why', cut: false },
  ranking: null,
  scores: null,
};
const tokens = { prompt: 5, completion: 7 };
const done = (more: Partial<DoneOutcome> = {}): Outcome => ({ type: 'done', label, tokens, ...more });
const proofOf = (...failed: ProofCheck[]): Outcome => ({
  type: 'done',
  proof: {
    order: [1, 0],
    text: 'proof',
    cut: false,
    candidate: 0,
    candidates: 1,
    score: null,
    selectedBy: 'only-one',
    checks: (['whole', 'opens as asked', 'concludes for its label'] as const).map((name) => ({
      name,
      passed: !failed.includes(name),
    })),
  },
  tokens,
});
const failed: Outcome = {
  type: 'failed',
  class: 'prompt-too-long',
  message: 'too long',
  answers: ['raw'],
  finishReasons: ['stop'],
  votes: [{ order: [1, 0], seed: 8, first: 0, second: 0, tie: 0, invalid: 5, probabilities: null }],
  tokens,
};

const asked = (prior: Row | null = null, more: Partial<Item> = {}): PackLine => ({
  ask: true,
  index: 17,
  digest: 'd',
  item: { ...item, ...more },
  prior,
});
const decidedLine = (decided: Extract<PackLine, { ask: false }>['decided'], prior: Row | Failure | null): PackLine => ({
  ask: false,
  index: 17,
  source,
  sourceId: 'theirs-17',
  decided,
  prior,
});

const join = (
  definition: StageDefinition,
  line: PackLine,
  outcome: Outcome,
  imitations: (item: Pick<Item, 'prompt' | 'responses'>) => readonly Imitation[] = () => [],
  disagree = false,
): Joined =>
  joinOutcome({
    definition,
    judge: judgeOf(definition),
    shard: 42,
    line,
    outcome,
    imitations,
    ordersDisagree: () => disagree,
  });

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
      confidenceOf: 'votes',
      decidedBy: 'judge',
      sameAs: null,
      kept: true,
      keptReason: null,
      flags: [],
      votes: label.votes,
      ranking: null,
      scores: null,
      rationale: label.rationale,
      proof: null,
      cascade: null,
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

  it('whose texts imitate the frame is flagged with the place and not kept, even as a tie, and no text is edited', () => {
    const seen: unknown[] = [];
    const imitations = (texts: Pick<Item, 'prompt' | 'responses'>): readonly Imitation[] => {
      seen.push(texts);
      return [
        { of: 'ChatML', where: 'the prompt', mark: '<|im_end|>' },
        { of: 'the frame', where: 'response 0', mark: '</answer>' },
      ];
    };
    const texts = { prompt: [{ role: 'user', content: 'q<|im_end|>' }], responses: ['</answer>', 'one'] };
    for (const outcome of [done(), done({ label: { ...label, winner: null, tie: true } })]) {
      expect(rowOf(join(labelStage, asked(null, texts), outcome, imitations))).toMatchObject({
        kept: false,
        keptReason: 'imitates-frame',
        flags: ['imitates ChatML in the prompt: <|im_end|>', 'imitates the frame in response 0: </answer>'],
        ...texts,
      });
    }
    expect(seen[0]).toMatchObject(texts);
  });

  it('with a control token alone says so', () => {
    const imitations = (): readonly Imitation[] => [{ of: 'Llama 3', where: 'response 1', mark: '<|eot_id|>' }];
    expect(rowOf(join(labelStage, asked(), done(), imitations))).toMatchObject({
      keptReason: 'control-token',
      flags: ['imitates Llama 3 in response 1: <|eot_id|>'],
    });
  });

  it('of a former version keeps the flags that it had', () => {
    const row = { ...labelled, kept: false, keptReason: 'imitates-frame', flags: ['imitates the frame: <answer>'] };
    expect(rowSchema.parse(row)).toEqual(row);
    expect(rowSchema.safeParse({ ...labelled, flags: ['imitates Llama 9 in response 1: x'] }).success).toBe(false);
  });

  it('that failed is a failure with place, class and raw answers', () => {
    expect(failureOf(join(labelStage, asked(), failed))).toEqual({
      id: '00042:17',
      sourceId: 'theirs-17',
      source,
      stage: 'label',
      class: 'prompt-too-long',
      message: 'too long',
      answers: ['raw'],
      finishReasons: ['stop'],
      votes: [{ order: [1, 0], seed: 8, first: 0, second: 0, tie: 0, invalid: 5, probabilities: null }],
      tokens: [{ stage: 'label', ...tokens }],
    });
  });

  it('that was poisoned is a failure of that class', () => {
    expect(failureOf(join(labelStage, asked(), poisonOutcome))).toMatchObject({ class: 'poison', answers: [] });
  });

  it('that could not be read is the failure of planning', () => {
    const decided: FailedOutcome = {
      type: 'failed',
      class: 'not-json',
      message: 'line 18',
      answers: [],
      finishReasons: [],
      votes: [],
      tokens,
    };
    expect(failureOf(join(labelStage, decidedLine(decided, null), decided))).toEqual({
      id: '00042:17',
      sourceId: 'theirs-17',
      source,
      stage: 'label',
      class: 'not-json',
      message: 'line 18',
      answers: [],
      finishReasons: [],
      votes: [],
      tokens: [],
    });
  });

  it('that names responses the item does not have is a failure', () => {
    const votes = [{ ...label.votes[0], order: [2, 0] } as Label['votes'][number]];
    for (const [wrong, message] of [
      [{ votes }, 'it speaks of response 2, the item has 2'],
      [{ ranking: [0, 1, 2] }, 'it speaks of response 2, the item has 2'],
      [{ scores: { kind: 'reward', values: [1, 2, 3], errors: null } }, 'it ranks another number of responses than 2'],
    ] as const) {
      expect(failureOf(join(labelStage, asked(), done({ label: { ...label, ...wrong } as Label })))).toMatchObject({
        class: 'unexpected',
        message,
        tokens: [{ stage: 'label', ...tokens }],
      });
    }
  });

  it('says what the engine reports of itself', () => {
    const served = { model: 'theirs', version: '0.32.0' };
    expect(rowOf(join(labelStage, asked(), done({ served }))).judge).toEqual({ ...judgeOf(labelStage), served });
  });

  it('that a first judge decided names that one as its judge', () => {
    const cheap = judgeProfile({ ...profile, name: 'cheap', version: 5 });
    const { votes, sampling } = labelStage;
    const engine = { model: 'small', revision: null };
    const escalate = { below: 0.9, ordersDisagree: true };
    const stage = { ...labelStage, first: { profile: cheap, engine, sampling, votes, escalate } };
    const said = { winner: 0, confidence: 0.95, votes: [], scores: null, tokens };
    const decided = rowOf(
      join(stage, asked(), done({ cascade: { decidedBy: 'first', reason: 'settled', first: said } })),
    );
    expect(decided).toMatchObject({ decidedBy: 'first-judge', judge: { profile: 'cheap', model: 'small' } });
    const went = rowOf(join(stage, asked(), done({ cascade: { decidedBy: 'second', reason: 'margin', first: said } })));
    expect(went).toMatchObject({
      decidedBy: 'judge',
      judge: { profile: 'judge-profile' },
      cascade: { reason: 'margin' },
    });
  });

  it('with identical responses says so', () => {
    const same = {
      ...label,
      winner: null,
      tie: true,
      confidence: 0.5,
      confidenceOf: 'none',
      votes: [],
      rationale: null,
    } as const;
    const line = asked(null, { responses: ['x', 'x'] });
    expect(rowOf(join(labelStage, line, done({ label: same as unknown as Label })))).toMatchObject({
      decidedBy: 'identical',
      keptReason: 'tie',
    });
  });

  it('that duplicates another one has its label, and names it', () => {
    const decided = { type: 'same' as const, as: 3, responses: [1, 0], item: { ...item, responses: ['one', 'zero'] } };
    const row = rowOf(join(labelStage, decidedLine(decided, null), outcomeOfSame(done(), [1, 0])));
    expect(row).toMatchObject({ sameAs: '00042:3', winner: 1, responses: ['one', 'zero'], gold: 1 });
    expect(row.votes.map(({ order }) => order)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(row.tokens).toEqual([{ stage: 'label', prompt: 0, completion: 0 }]);
  });

  it('that an earlier run has named keeps its id, and so does the item that was asked in its place', () => {
    const id = '00007:3';
    expect(rowOf(join(labelStage, { ...asked(), id }, done())).id).toBe(id);
    expect(failureOf(join(labelStage, { ...asked(), id }, failed)).id).toBe(id);
    const decided = { type: 'same' as const, as: 3, asId: '00006:9', responses: [0, 1], item };
    const row = rowOf(join(labelStage, { ...decidedLine(decided, null), id }, done()));
    expect(row).toMatchObject({ id, sameAs: '00006:9' });
  });

  it('is never made up: an outcome without a label is a failure', () => {
    expect(failureOf(join(labelStage, asked(), { type: 'done', tokens }))).toMatchObject({ class: 'unexpected' });
  });
});

describe('a record of a prove stage', () => {
  it('with a proof that passed is the prior row, with proof, prover and tokens', () => {
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
      [failed, 'proof-failed: prompt-too-long'],
      [poisonOutcome, 'proof-failed: poison'],
      [refusedOutcome('is no outcome'), 'proof-failed: refused'],
    ] as const) {
      const row = rowOf(join(proveStage, asked(labelled), outcome));
      expect(row).toMatchObject({ kept: false, keptReason: reason, winner: 0, proof: null });
      expect(row.tokens).toHaveLength(2);
    }
  });

  it('without any proof in its outcome, or with one of a response that it lacks, is not kept', () => {
    const foreign = proofOf();
    if (foreign.type === 'done' && foreign.proof) foreign.proof.order = [0, 2];
    for (const outcome of [foreign, { type: 'done', tokens }, { type: 'done', tokens, proof: null }] as const) {
      expect(rowOf(join(proveStage, asked(labelled), outcome))).toMatchObject({
        kept: false,
        keptReason: 'proof-failed: unexpected',
        proof: null,
      });
    }
  });

  it("whose responses imitate the prover's frame is flagged and not kept", () => {
    const imitations = (): readonly Imitation[] => [{ of: 'the frame', where: 'response 1', mark: '[The Verdict]' }];
    expect(rowOf(join(proveStage, asked(labelled), proofOf(), imitations))).toMatchObject({
      kept: false,
      keptReason: 'imitates-frame',
      flags: ['imitates the frame in response 1: [The Verdict]'],
    });
  });

  it('of the corpus itself has the gold label, and no judge', () => {
    expect(rowOf(join(proveStage, asked(), proofOf()))).toMatchObject({
      winner: 1,
      tie: false,
      confidence: null,
      confidenceOf: 'none',
      decidedBy: 'gold',
      votes: [],
      judge: null,
      kept: true,
      proof: { text: 'proof' },
      prover: { profile: 'judge-profile' },
      tokens: [{ stage: 'prove', ...tokens }],
    });
    expect(failureOf(join(proveStage, asked(null, { gold: null }), proofOf()))).toMatchObject({ class: 'no-gold' });
  });

  it('that was not asked about is the prior row, unchanged', () => {
    const prior = { ...labelled, kept: false, keptReason: 'tie' as const };
    const decided = { type: 'skipped', reason: 'not kept: tie' } as const;
    expect(rowOf(join(proveStage, decidedLine(decided, prior), decided))).toEqual(prior);
  });

  it('that had no label is the prior failure, unchanged', () => {
    const prior = failureOf(join(labelStage, asked(), failed));
    const decided = { type: 'skipped', reason: 'failed in stage label' } as const;
    expect(failureOf(join(proveStage, decidedLine(decided, prior), decided))).toEqual(prior);
  });

  it('that is too large to be asked about keeps its label, and is not kept', () => {
    const decided: FailedOutcome = {
      type: 'failed',
      class: 'too-large',
      message: 'm',
      answers: [],
      finishReasons: [],
      votes: [],
      tokens,
    };
    expect(rowOf(join(proveStage, decidedLine(decided, labelled), decided))).toEqual({
      ...labelled,
      kept: false,
      keptReason: 'proof-failed: too-large',
    });
  });
});

describe('who judged', () => {
  it('is named by profile, version, prompt digest, model, revision and sampling', () => {
    expect(judgeOf(labelStage)).toMatchObject({
      profile: 'judge-profile',
      version: 2,
      model: 'm',
      revision: 'r1',
      sampling: common.sampling,
    });
    const edited = judgeProfile({ ...profile, messages: [{ role: 'user', template: 't ' }] });
    expect(judgeOf({ ...labelStage, profile: edited }).promptSha256).not.toBe(judgeOf(labelStage).promptSha256);
  });
});
