/** A pooling engine: the body of SmolLM2 with one score and a random head. Its shapes are right, its scores mean nothing. */
import { readProfile } from '@proofmill/coordinator';
import { scoringEngineSuite } from '@proofmill/test-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAbout, labelIn, labelling, lineOf } from './judging.ts';
import { bringVllm, post, type RunningVllm, startEngine } from './vllm-server.ts';

const { install, skip } = await bringVllm();
const never = new AbortController().signal;
/** Enough for a start, the turn of another file ahead of it, and a slow machine. */
const startTimeoutMs = 900_000;
const maxModelLen = 1024;

const messages = [
  { role: 'user', content: 'Which is larger, the sun or the moon?' },
  { role: 'assistant', content: 'The sun is larger than the moon.' },
];
const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

describe.skipIf(install === null)(`real vLLM as a reward model${skip && `: ${skip}`}`, () => {
  let running: RunningVllm;
  beforeAll(async () => {
    if (install) running = await startEngine(install, { model: 'smol-scalar', maxModelLen });
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  scoringEngineSuite('vLLM with one label', async () => ({
    engine: running.engine,
    model: running.server.servedModel,
    maxTokens: maxModelLen,
    close: async () => undefined, // the tests below use the server too
  }));

  test.each(['classify', 'pooling'] as const)(
    '/%s gives the raw score, whose sigmoid is the default',
    async (endpoint) => {
      const model = running.server.servedModel;
      const { score } = await running.engine.answer(
        { kind: 'score', endpoint, model, messages, chatTemplateKwargs: {} },
        never,
      );
      const body = { model, messages, add_generation_prompt: false, add_special_tokens: false };
      const more = endpoint === 'pooling' ? { task: 'classify' } : {};
      const { data } = (await post(running.server, `/${endpoint}`, { ...body, ...more })) as {
        data: { probs?: number[]; data?: number[] }[];
      };
      const [activated = Number.NaN] = data[0]?.probs ?? data[0]?.data ?? [];
      expect(activated).toBeCloseTo(sigmoid(score), 4);
      expect(Math.abs(activated - score)).toBeGreaterThan(1e-3);
    },
  );

  test('the opening of another answer would change the score', async () => {
    const model = running.server.servedModel;
    const body = { model, messages, add_special_tokens: false, use_activation: false, add_generation_prompt: true };
    const { data } = (await post(running.server, '/classify', body)) as { data: { probs: number[] }[] };
    const request = { kind: 'score', endpoint: 'classify', model, messages, chatTemplateKwargs: {} } as const;
    const { score } = await running.engine.answer(request, never);
    expect(Math.abs((data[0]?.probs[0] ?? Number.NaN) - score)).toBeGreaterThan(1e-3);
  });

  test.each(['classify', 'pooling'])(
    'the judge %s scores each text once, and ranks equal texts together',
    async (name) => {
      const { engine, server } = running;
      const definition = labelling(server.servedModel, await readProfile(name, '.'), { max: 1, orders: 'fixed' });
      const asked = await askAbout(engine, definition, lineOf(['The sun.', 'The moon, I think.', 'The sun.']));
      expect(asked.exchanges.map(({ ask }) => ask.order)).toEqual([[0], [1]]);
      const [first = 0, second = 0] = asked.exchanges.map(({ answer }) => (answer.kind === 'score' ? answer.score : 0));
      expect(first).not.toBe(second);
      const winner = first > second ? 0 : 1;
      expect(labelIn(asked)).toMatchObject({
        winner,
        ranking: winner === 0 ? [0, 2, 1] : [1, 0, 2],
        scores: { kind: 'reward', values: [first, second, first], errors: null },
        confidence: expect.closeTo(sigmoid(Math.abs(first - second)), 9),
        confidenceOf: 'margin',
      });
    },
  );
});
