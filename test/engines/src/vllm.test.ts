import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatRequest } from '@proofmill/contract';
import { engineSuite } from '@proofmill/test-contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bringVllm, type RunningVllm, startEngine } from './vllm-server.ts';

const { install, skip } = await bringVllm();
const never = new AbortController().signal;
/** Enough for a start, the turn of another file ahead of it, and a slow machine. */
const startTimeoutMs = 900_000;
const queueLimit = 64;
const settings = {
  model: 'smol',
  maxModelLen: 2048,
  maxNumSeqs: 8,
  extraArgs: ['--max-num-queued-reqs', String(queueLimit)],
} satisfies Parameters<typeof startEngine>[1];

const counting = [{ role: 'user', content: 'Count from 1 to 1000. Write one number on each line and nothing else.' }];
const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  kind: 'chat',
  model: 'smol',
  messages: counting,
  n: 1,
  seed: 3,
  temperature: 0.8,
  topP: 0.95,
  maxTokens: 32,
  chatTemplateKwargs: {},
  ...more,
});

const suiteOn = (name: string, running: () => RunningVllm): void =>
  engineSuite(name, async () => ({
    engine: running().engine,
    model: running().server.servedModel,
    maxTokens: settings.maxModelLen,
    longWork: { messages: counting, maxTokens: 1800 },
    load: () => running().load(),
    close: async () => undefined, // the tests below use the server too
  }));

/** Starts a request that takes tens of seconds and waits until the engine works on it. */
async function inFlight({ engine, load }: RunningVllm, more: Partial<ChatRequest> = {}) {
  const asking = engine.answer(request({ maxTokens: 1800, n: 2, ...more }), never);
  asking.catch(() => undefined);
  await vi.waitFor(async () => expect(await load()).toBe(more.n ?? 2), { timeout: 10_000 });
  return { asking }; // in an object, since an async function waits for a promise that it returns
}

describe.skipIf(install === null)(`real vLLM over TCP${skip && `: ${skip}`}`, () => {
  let running: RunningVllm;
  beforeAll(async () => {
    if (install) running = await startEngine(install, settings);
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  suiteOn('vLLM over TCP', () => running);

  test('answers a request for more answers than it has slots', async () => {
    const { choices } = await running.engine.answer(request({ n: 16, maxTokens: 8 }), never);
    expect(choices).toHaveLength(16);
  });

  test('gives answer i the seed + i, so that seeds spaced by n share no answer', async () => {
    const texts = async (seed: number) =>
      (await running.engine.answer(request({ n: 4, seed, temperature: 1, maxTokens: 6 }), never)).choices;
    // Answers are equal only at equal batch composition: the first tokens mostly are, whole answers are not.
    const [base, next] = [await texts(100), await texts(101)];
    const shared = base.slice(1).filter(({ content }, index) => next[index]?.content === content);
    expect(shared.length).toBeGreaterThan(0);
  });

  test('refuses more answers than its queue takes, even when idle', async () => {
    const asking = running.engine.answer(request({ n: queueLimit + 1, maxTokens: 2 }), never);
    await expect(asking).rejects.toMatchObject({ name: 'RetryableError', code: 'busy' });
    expect(await running.engine.healthy(never)).toBe(true);
  });

  test('refuses greedy sampling with several answers', async () => {
    const error: unknown = await running.engine
      .answer(request({ n: 2, temperature: 0 }), never)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining('n must be 1 when using greedy sampling') });
  });

  test('gives the probabilities of A and B at the place of a one-token answer, whatever the temperature', async () => {
    const letter = [
      { role: 'user', content: 'Answer with one letter, A or B. Which is the first letter of the alphabet?' },
    ];
    const ask = async (temperature: number) => {
      const question = request({ messages: letter, temperature, maxTokens: 1, topLogprobs: 20 });
      const { choices } = await running.engine.answer(question, never);
      return choices[0]?.tokens?.[0]?.top ?? {};
    };
    const greedy = await ask(0);
    expect(greedy).toHaveProperty('A');
    const { A = Number.NaN } = greedy;
    expect(A).toBeLessThan(0);
    // Raw: neither temperature nor top-p is applied. A token sampled outside the 20 likeliest comes as a 21st.
    const warm = await ask(1.5);
    expect(Math.abs((warm.A ?? Number.NaN) - A)).toBeLessThan(0.2);
    for (const logprob of Object.values(warm)) expect(logprob).toBeGreaterThan(-9999);
  });

  test('only what structured outputs allow has a probability', async () => {
    const { choices } = await running.engine.answer(request({ regex: '(A|B)', maxTokens: 1, topLogprobs: 5 }), never);
    const { A = Number.NaN, B = Number.NaN } = choices[0]?.tokens?.[0]?.top ?? {};
    expect(Math.exp(A) + Math.exp(B)).toBeCloseTo(1, 2);
  });

  test('the cost of a text is the sum over its parts, in whichever pieces it is sent', async () => {
    const { model } = request();
    const tokens = async (input: string) =>
      (await running.engine.answer({ kind: 'tokens', model, input, chatTemplateKwargs: {} }, never)).tokens;
    const cost = async (prompt: readonly number[], from: number) =>
      (await running.engine.answer({ kind: 'logprobs', model, prompt }, never)).logprobs
        .slice(from)
        .reduce<number>((sum, logprob) => sum + (logprob ?? 0), 0);
    const parts = [await tokens('The sun is large.'), await tokens(' The moon is small.'), await tokens(' So it is.')];
    const [first = [], second = [], third = []] = parts;
    const whole = await cost(parts.flat(), 0);
    const summed =
      (await cost(first, 0)) +
      (await cost([...first, ...second], first.length)) +
      (await cost([...first, ...second, ...third], first.length + second.length));
    expect(Math.abs(whole - summed)).toBeLessThan(0.5); // bfloat16 at times, and batches of different lengths
  }, 60_000);

  test('rejects requests in flight when its engine dies, and answers again after a restart', async () => {
    const { asking } = await inFlight(running);
    const { exited } = running.server;
    process.kill(running.engineCorePid(), 'SIGKILL');
    await expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-died' });
    await vi.waitFor(async () => expect(await running.engine.healthy(never)).toBe(false), { timeout: 10_000 });
    await expect(running.engine.answer(request(), never)).rejects.toMatchObject({ name: 'UnavailableError' });
    await exited;
    await expect(running.engine.answer(request(), never)).rejects.toMatchObject({ code: 'engine-unreachable' });
    await running.server.restart();
    expect(await running.engine.healthy(never)).toBe(true);
    expect((await running.engine.answer(request(), never)).choices).toHaveLength(1);
  }, 180_000);

  test('rejects requests in flight when the whole server dies', async () => {
    const { asking } = await inFlight(running);
    running.server.kill('SIGKILL');
    await expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-died' });
    await running.server.exited;
  }, 60_000);
});

describe.skipIf(install === null)(`real vLLM over a unix socket${skip && `: ${skip}`}`, () => {
  let running: RunningVllm;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proofmill-uds-'));
    if (install) running = await startEngine(install, { ...settings, socketPath: join(folder, 'vllm.sock') });
  }, startTimeoutMs);
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  suiteOn('vLLM over a unix socket', () => running);

  test('answers on a connection that was idle for longer than the server keeps it', async () => {
    await running.engine.answer(request({ maxTokens: 2 }), never);
    for (const idleMs of [4900, 5000, 5050, 6000]) {
      await new Promise((resolve) => setTimeout(resolve, idleMs));
      expect((await running.engine.answer(request({ maxTokens: 2 }), never)).choices).toHaveLength(1);
    }
  }, 60_000);

  test('finishes requests in flight while it drains, and accepts no new ones', async () => {
    const { asking } = await inFlight(running, { n: 1, maxTokens: 200 });
    const stopped = running.server.stop();
    const drains = { name: 'UnavailableError', code: 'engine-unreachable' };
    const refusal = { ...drains, message: expect.stringContaining('cannot schedule new futures after shutdown') };
    await vi.waitFor(() => expect(running.engine.answer(request(), never)).rejects.toMatchObject(refusal), {
      timeout: 5000,
    });
    expect(await running.engine.healthy(never)).toBe(true); // vLLM reports itself healthy while it drains
    expect((await asking).choices).toHaveLength(1);
    await stopped;
    await expect(running.engine.answer(request(), never)).rejects.toMatchObject(drains);
  }, 60_000);
});
