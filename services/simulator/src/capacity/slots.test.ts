import { expect, test } from 'vitest';
import { ask, framed, post, until } from '../client.fixture.ts';
import { createSimulator } from '../index.ts';

const prompt = (index: number): string => framed(`Question ${index}?`, 'The one answer.', 'The other answer.');
const options = { slots: 8, answerTokensSigma: 0, answerTokens: 200, decodeTokensPerSecond: 50, invalidRate: 0 };

test('64 requests on 8 slots take eight rounds, first come first served', async () => {
  // About 4.5 s of decoding each, in 1/100 of the time.
  const simulator = createSimulator({ ...options, timeScale: 0.01 });
  const startedAtMs = performance.now();
  const ended: number[] = [];
  let most = 0;
  const asking = Promise.all(
    Array.from({ length: 64 }, async (_, index) => {
      await ask(simulator, prompt(index));
      most = Math.max(most, simulator.load().running);
      ended.push(index);
    }),
  );
  await until(() => simulator.load().running === 8 && simulator.load().waiting > 40);
  await asking;
  // A busy machine takes longer, never shorter; with a ninth slot it would take less than 7.5 rounds.
  expect(performance.now() - startedAtMs).toBeGreaterThan(7.5 * 40);
  expect(most).toBeLessThanOrEqual(8);
  // A request that came two rounds earlier ends earlier.
  const place = (index: number): number => ended.indexOf(index);
  for (let index = 0; index + 16 < 64; index += 1) expect(place(index)).toBeLessThan(place(index + 16));
  expect(simulator.load()).toEqual({ running: 0, waiting: 0 });
});

test('each of n choices takes a slot, and the metrics show it', async () => {
  const simulator = createSimulator({ ...options, timeScale: 0.02 });
  const asking = ask(simulator, prompt(1), { n: 12 });
  await until(() => simulator.load().running === 8);
  const metrics = await (await simulator.fetch('http://simulator/metrics')).text();
  expect(metrics).toContain('vllm:num_requests_running{engine="0",model_name="simulated-judge"} 8');
  expect(metrics).toContain('vllm:num_requests_waiting{engine="0",model_name="simulated-judge"} 4');
  expect((await asking).contents).toHaveLength(12);
  const after = await (await simulator.fetch('http://simulator/metrics')).text();
  expect(after).toContain(
    'vllm:request_success_total{engine="0",model_name="simulated-judge",finished_reason="stop"} 12',
  );
  expect(after).toContain('vllm:e2e_request_latency_seconds_count{engine="0",model_name="simulated-judge"} 1');
});

test('in process, an abort frees slots and queue at once', async () => {
  const simulator = createSimulator({ ...options, timeScale: 1 });
  const controller = new AbortController();
  const asking = ask(simulator, prompt(1), { n: 20 }, { signal: controller.signal });
  await until(() => simulator.load().running === 8 && simulator.load().waiting === 12);
  controller.abort();
  await expect(asking).rejects.toThrow(/abort/i);
  expect(simulator.load()).toEqual({ running: 0, waiting: 0 });
  expect(simulator.log()).toMatchObject({ requests: 1, answers: 0, cancelled: 1 });
});

test('over a socket, a client that hangs up frees its slot', async () => {
  const simulator = createSimulator({ ...options, slots: 1, timeScale: 1 });
  const { url, close } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  const controller = new AbortController();
  const asking = post(
    fetch,
    '/v1/chat/completions',
    { messages: [{ role: 'user', content: prompt(1) }] },
    { url, signal: controller.signal },
  );
  await until(() => simulator.load().running === 1);
  controller.abort();
  await expect(asking).rejects.toThrow(/abort/i);
  await until(() => simulator.load().running === 0);
  await close();
});

test('closing lets requests in flight finish', async () => {
  const simulator = createSimulator({ ...options, timeScale: 0.02 });
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  const asking = post(fetch, '/v1/chat/completions', { messages: [{ role: 'user', content: prompt(1) }] }, { url });
  await until(() => simulator.load().running === 1);
  const closing = simulator.close();
  expect((await asking).status).toBe(200);
  await closing;
});
