import type { ChatRequest, Engine } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { engineByJudge } from './engine-by-judge.ts';

const never = new AbortController().signal;
const request: ChatRequest = {
  ...{ kind: 'chat', model: 'judge', messages: [], n: 1, seed: 0, temperature: 1, topP: 1, maxTokens: 1 },
  chatTemplateKwargs: {},
};

/** An engine that answers with its own name. */
const engineNamed = (name: string, isHealthy = true): Engine => ({
  chargesForRequests: false,
  models: async () => [{ id: 'judge', maxTokens: null }],
  version: async () => name,
  healthy: async () => isHealthy,
  holdsBack: () => false,
  answer: async () => ({ kind: 'chat', choices: [], promptTokens: 0, completionTokens: 0, model: name }) as never,
});

test('each judge is answered by its own engine, also where both serve the same model', async () => {
  const engine = engineByJudge({ engine: engineNamed('own'), firstEngine: engineNamed('first') });
  expect(await engine.answer(request, never)).toMatchObject({ model: 'own' });
  expect(await engine.answer({ ...request, judge: 'own' }, never)).toMatchObject({ model: 'own' });
  expect(await engine.answer({ ...request, judge: 'first' }, never)).toMatchObject({ model: 'first' });
});

test('two engines are healthy only together', async () => {
  const well = engineNamed('well');
  const ill = engineNamed('ill', false);
  expect(await engineByJudge({ engine: well, firstEngine: engineNamed('well too') }).healthy(never)).toBe(true);
  expect(await engineByJudge({ engine: ill, firstEngine: well }).healthy(never)).toBe(false);
  expect(await engineByJudge({ engine: well, firstEngine: ill }).healthy(never)).toBe(false);
});

test('a stage with one engine asks it about everything', async () => {
  const engine = engineNamed('own');
  expect(engineByJudge({ engine })).toBe(engine);
  expect(engineByJudge({ engine, firstEngine: engine })).toBe(engine);
});
