/**
 * Every way to judge, against a real engine with small weights. What it judges means nothing; that each request is taken and each
 * answer read does.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Message, StageDefinition } from '@proofmill/contract';
import { readProfile } from '@proofmill/coordinator';
import { likelihoodRatio } from '@proofmill/judge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAbout, labelIn, labelling, lineOf, profileOf, proofIn } from './judging.ts';
import { bringVllm, type RunningVllm, startEngine } from './vllm-server.ts';

const { install, skip } = await bringVllm();
const never = new AbortController().signal;
/** A start, another file's turn before it, and a slow machine. */
const startTimeoutMs = 900_000;
const timeout = 180_000;

const pair = lineOf([
  'The sun is larger than the moon.',
  'The moon is larger, since it looks the same size and is nearer.',
]);

/** An answer's form, the rule that reads it, and what the engine is held to so that so small a model keeps to it. */
const forms = {
  tagged: {
    parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second' } },
    regex: '<think>[a-z ]{5,30}</think>\n<answer>(A|B)</answer>',
  },
  bracketed: {
    parse: { rule: 'bracketed', verdicts: { A: 'first', B: 'second' } },
    regex: '[A-Za-z ]{5,30}: \\[\\[(A|B)\\]\\]',
  },
  boxed: {
    parse: { rule: 'boxed', verdicts: { 'Assistant 1': 'first', 'Assistant 2': 'second' } },
    regex: '[A-Za-z ]{5,30} \\\\boxed\\{Assistant (1|2)\\}',
  },
  plain: {
    parse: { rule: 'plain', verdicts: { 'Output (a)': 'first', 'Output (b)': 'second' } },
    regex: 'Output \\((a|b)\\)',
  },
  json: {
    parse: { rule: 'json', ranking: { field: 'ranking', to: 6 }, scores: ['score_1', 'score_2'] },
    regex: '\\{"score_1": [1-5], "score_2": [1-5], "ranking": [1-6]\\}',
  },
  'boxed-scores': {
    parse: { rule: 'boxed-scores', scores: 'Individual Scores', ranking: 'Ranking Score', rankingTo: 6 },
    regex:
      '\\[The Begin of Individual Scores\\]\\\\boxed\\{[1-5], [1-5]\\}\\[The End of Individual Scores\\]\\[The Begin of Ranking Score\\]\\\\boxed\\{[1-6]\\}\\[The End of Ranking Score\\]',
  },
} as const;

describe.skipIf(install === null)(`judging with real vLLM${skip && `: ${skip}`}`, () => {
  let running: RunningVllm;
  let model = '';
  beforeAll(async () => {
    if (!install) return;
    running = await startEngine(install, { model: 'smol', maxModelLen: 4096, maxNumSeqs: 16 });
    model = running.server.servedModel;
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  test('gram-r2 is asked as it is, and what a model writes that keeps to no form is invalid', { timeout }, async () => {
    const profile = await readProfile('gram-r2', '.');
    const short = { ...profile, sampling: { ...profile.sampling, maxTokens: 48 } };
    const { outcome } = await askAbout(running.engine, labelling(model, short, { max: 2, reasks: 1 }), pair);
    expect(outcome).toMatchObject({ type: 'failed', class: 'no-valid-judgment' });
    if (outcome.type !== 'failed') return;
    expect(outcome.votes.map(({ invalid }) => invalid)).toEqual([2, 2]);
    expect(outcome.answers.every((answer) => answer.length > 0)).toBe(true);
    expect(outcome.tokens.completion).toBeGreaterThan(4);
    expect(outcome.tokens.completion).toBeLessThanOrEqual(4 * 48);
  });

  test('constrained-pairwise votes in both orders, and the same seeds vote alike', { timeout }, async () => {
    const profile = await readProfile('constrained-pairwise', '.');
    const definition = labelling(model, profile, { max: 4 });
    const label = labelIn(await askAbout(running.engine, definition, pair));
    expect(label.votes.map(({ first, second }) => first + second)).toEqual([2, 2]);
    expect(new Set(label.votes.map(({ seed }) => seed)).size).toBe(2);
    expect(label.rationale === null).toBe(label.tie);
    expect(labelIn(await askAbout(running.engine, definition, pair)).votes).toEqual(label.votes);
  });

  test.each(Object.entries(forms))(
    'an answer of the form %s is read, with the probability of its verdict',
    {
      timeout,
    },
    async (_name, form) => {
      const definition = labelling(model, profileOf(form), { max: 4, reasks: 3, logprobs: true });
      const { votes, scores } = labelIn(await askAbout(running.engine, definition, pair));
      for (const { first, second, tie, probabilities } of votes) {
        expect(first + second + tie).toBeGreaterThan(0);
        expect(probabilities).toHaveLength(first + second + tie);
        for (const probability of probabilities ?? []) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
      }
      if ('scores' in form.parse) expect(scores).toMatchObject({ kind: 'rated' });
    },
  );

  test('token probabilities of one place in both orders are a label (as gram asks)', { timeout }, async () => {
    const profile = profileOf({
      messages: [{ role: 'user', template: '{{ question }}\nA: {{ response_a }}\nB: {{ response_b }}\n#Preferred: ' }],
      sampling: { temperature: 0, topP: 1, maxTokens: 1 },
      parse: { rule: 'token-probabilities', tokens: { A: 'first', B: 'second' } },
      regex: '(A|B)',
    });
    const asked = await askAbout(running.engine, labelling(model, profile), pair);
    const label = labelIn(asked);
    expect(asked.asks.map(({ order }) => order.join()).sort()).toEqual(['0,1', '1,0']);
    const ofZero = label.votes.map(({ order, probabilities }) =>
      order[0] === 0 ? (probabilities?.[0] ?? 0) : 1 - (probabilities?.[0] ?? 1),
    );
    const mean = ofZero.reduce((sum, each) => sum + each, 0) / 2;
    expect(mean).toBeGreaterThan(0);
    expect(mean).toBeLessThan(1);
    expect(label.confidence).toBeCloseTo(Math.max(mean, 1 - mean), 9);
    expect(label.confidenceOf).toBe('probability');
  });

  test("a system message, and the item's own turns with roles of the judge's own behind them, are taken", {
    timeout,
  }, async () => {
    const { parse, regex } = forms.bracketed;
    const system = { role: 'system', template: 'You compare two answers.' };
    const user = { role: 'user', template: '{{ question }} {{ response_a }} {{ response_b }}' };
    const withSystem = profileOf({ messages: [system, user], parse, regex });
    expect(labelIn(await askAbout(running.engine, labelling(model, withSystem), pair)).votes).toHaveLength(2);
    const turns = [
      { turns: 'prompt' },
      { role: 'response_1', template: '{{ response_a }}' },
      { role: 'response_2', template: '{{ response_b }}' },
    ];
    const withRoles = profileOf({ messages: turns, parse, regex });
    expect(labelIn(await askAbout(running.engine, labelling(model, withRoles), pair)).votes).toHaveLength(2);
  });

  const prover = profileOf({
    purpose: 'prove',
    messages: [
      {
        role: 'user',
        template: '{{ question }}\nA: {{ response_a }}\nB: {{ response_b }}\nSay why {{ winner }} is better.',
      },
    ],
    sampling: { temperature: 1.2, topP: 1, maxTokens: 80 },
    regex: 'Here: Response A [a-z ]{5,40}\\. Response B [a-z ]{5,40}\\. Thus, Response A is better\\.',
    parse: { rule: 'proof', opening: 'Here:', conclusion: 'Thus, Response {winner} is better.' },
  });
  const selector = profileOf({
    purpose: 'select',
    messages: [{ role: 'user', template: 'Which is the better reason?\n1: {{ proof_a }}\n2: {{ proof_b }}' }],
    parse: { rule: 'plain', verdicts: { '1': 'first', '2': 'second' } },
    regex: '(1|2)',
  });
  const proving = (select: 'likelihood-ratio' | 'judge'): StageDefinition => ({
    kind: 'prove',
    name: 'prove',
    profile: prover,
    engine: { model, revision: null },
    sampling: { ...prover.sampling, seed: 5 },
    candidates: 3,
    attempts: 2,
    select,
    selector,
  });
  /** Its winner is shown as A, which the form above concludes for: the digest decides that, so one is looked for that is. */
  const provable = Array.from({ length: 64 }, (_, number) =>
    lineOf(['The sun.', `The moon${'.'.repeat(number)}`], 0),
  ).find(({ digest }) => Number.parseInt(digest.slice(-1), 16) % 2 === 0);

  test.each(['likelihood-ratio', 'judge'] as const)(
    'the best of three proofs is selected by %s',
    {
      timeout,
    },
    async (select) => {
      if (!provable) throw new Error('no label is shown as A: take other responses');
      const { outcome, asks } = await askAbout(running.engine, proving(select), provable);
      const proof = proofIn({ outcome, asks });
      expect(proof.checks.filter(({ passed }) => !passed)).toEqual([]);
      expect(proof).toMatchObject({ selectedBy: select, candidates: 3 });
      if (select === 'judge') return;
      expect(proof.score).toBeLessThan(0);
      expect(proof.score).toBeGreaterThan(-3);
    },
  );

  test('likelihood ratios are those of transformers, on the same weights', { timeout: 400_000 }, async () => {
    if (!install) return;
    const context: Message[] = [{ role: 'user', content: 'Which is larger, the sun or the moon? Say why the sun is.' }];
    const proofs = [
      'Here: the sun is about 400 times as wide as the moon. Thus, Response A is better.',
      'Response A is better.',
      'It looks the same size in the sky, but it is much farther away. So it must be larger.',
      'First, Response A names the sun, which is right. Response B names the moon, which is wrong.',
      '42',
    ];
    const tokensOf = async (input: string | Message[]): Promise<readonly number[]> =>
      (await running.engine.answer({ kind: 'tokens', model, input, chatTemplateKwargs: {} }, never)).tokens;
    const prefixes = [await tokensOf(context), await tokensOf([{ role: 'user', content: '' }])];
    const cases = await Promise.all(proofs.map(async (proof) => ({ prefixes, proof: await tokensOf(proof) })));

    const ours = await Promise.all(
      cases.map(async ({ proof }) => {
        const [given = [], alone = []] = await Promise.all(
          prefixes.map(async (prefix) => {
            const prompt = [...prefix, ...proof];
            const { logprobs } = await running.engine.answer({ kind: 'logprobs', model, prompt }, never);
            return logprobs.slice(prefix.length).map((value) => value ?? Number.NaN);
          }),
        );
        return likelihoodRatio(given, alone);
      }),
    );
    const theirs = await ratiosOfTransformers(install.layout.python, install.modelFolders.smol, cases);
    const gaps = ours.map((ratio, at) => Math.abs((ratio ?? Number.NaN) - (theirs[at] ?? Number.NaN)));
    expect(gaps, JSON.stringify({ ours, theirs })).toHaveLength(5);
    for (const gap of gaps) expect(gap, JSON.stringify({ ours, theirs })).toBeLessThanOrEqual(1e-2);
  });

  test('the engine says its version', async () => {
    expect(await running.engine.version(never)).toMatch(/^0\.32\.0/);
  });
});

const script = `
import json, sys, torch
from transformers import AutoModelForCausalLM
folder, cases = sys.argv[1], json.loads(sys.argv[2])
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
def cost(prefix, proof):
    ids = torch.tensor([prefix + proof])
    with torch.no_grad():
        logprobs = torch.log_softmax(model(ids).logits[0].float(), dim=-1)
    at = range(len(prefix), len(prefix) + len(proof))
    return sum(logprobs[i - 1, ids[0, i]].item() for i in at)
print(json.dumps([-cost(c['prefixes'][0], c['proof']) / cost(c['prefixes'][1], c['proof']) for c in cases]))
`;

/** The ratios by transformers in float32: an own reading of the definition. */
async function ratiosOfTransformers(
  python: string,
  folder: string,
  cases: readonly { prefixes: readonly (readonly number[])[]; proof: readonly number[] }[],
): Promise<number[]> {
  const { stdout } = await promisify(execFile)(python, ['-c', script, folder, JSON.stringify(cases)], {
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as number[];
}

describe.skipIf(install === null)(`judging with a real reward model${skip && `: ${skip}`}`, () => {
  let running: RunningVllm;
  beforeAll(async () => {
    if (install) running = await startEngine(install, { model: 'smol-scalar', maxModelLen: 1024 });
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  test.each(['classify', 'pooling'])('%s scores each text once and ranks them', { timeout }, async (name) => {
    const definition = labelling(running.server.servedModel, await readProfile(name, '.'), { max: 1, orders: 'fixed' });
    const line = lineOf(['The sun.', 'The moon, I think.', 'The sun.']);
    const asked = await askAbout(running.engine, definition, line);
    expect(asked.asks.map(({ request }) => request.kind)).toEqual(['score', 'score']);
    const { winner, ranking, scores, confidenceOf } = labelIn(asked);
    const [one = 0, other = 0, again = 0] = scores?.values ?? [];
    expect([one === again, one === other, confidenceOf]).toEqual([true, false, 'margin']);
    expect([winner, ranking]).toEqual(one > other ? [0, [0, 2, 1]] : [1, [1, 0, 2]]);
  });
});
