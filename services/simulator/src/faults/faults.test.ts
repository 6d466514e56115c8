import { afterEach, expect, test } from 'vitest';
import { ask, framed, post, until } from '../client.fixture.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../index.ts';

const marked = (marker: string): string => framed('What is 2 + 2?', `It is 4. ${marker}`, 'It is 5.');

const open: Simulator[] = [];
const create = (options: SimulatorOptions = {}): Simulator => {
  const simulator = createSimulator({ faults: true, ...options });
  open.push(simulator);
  return simulator;
};
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close(0);
});

test.each([400, 429, 500, 503])('SIMULATE:%i refuses every time and does not count as asked', async (status) => {
  const simulator = create();
  for (let time = 0; time < 3; time++) {
    const reply = await ask(simulator, marked(`SIMULATE:${status}`));
    expect(reply.status).toBe(status);
    expect(reply.error?.code).toBe(status);
  }
  expect(simulator.log().requests).toBe(0);
});

test('a marker with a number strikes each request that many times', async () => {
  const simulator = create();
  const statuses = async (seed: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let time = 0; time < 4; time++) seen.push((await ask(simulator, marked('SIMULATE:429:2'), { seed })).status);
    return seen;
  };
  expect(await statuses(1)).toEqual([429, 429, 200, 200]);
  expect(await statuses(2)).toEqual([429, 429, 200, 200]);
});

test('markers are plain text unless faults are switched on', async () => {
  expect((await ask(create({ faults: false }), marked('SIMULATE:500'))).status).toBe(200);
});

test('slow takes longer; hang never answers and keeps its slot until the client goes away', async () => {
  const simulator = create({ slots: 2 });
  const startedAtMs = performance.now();
  expect((await ask(simulator, marked('SIMULATE:slow:60'))).status).toBe(200);
  expect(performance.now() - startedAtMs).toBeGreaterThan(55);
  const controller = new AbortController();
  const hanging = ask(simulator, marked('SIMULATE:hang'), {}, { signal: controller.signal });
  await until(() => simulator.load().running === 1);
  controller.abort();
  await expect(hanging).rejects.toThrow(/abort/i);
  expect(simulator.load().running).toBe(0);
});

test('garbage is not JSON, truncated is half of it, reset is no answer at all', async () => {
  const simulator = create();
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  for (const marker of ['SIMULATE:garbage', 'SIMULATE:truncated']) {
    const body = { messages: [{ role: 'user', content: marked(marker) }] };
    const response = await post(fetch, '/v1/chat/completions', body, { url });
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  }
  const lost = ask({ fetch }, marked('SIMULATE:reset'), {}, { url });
  await expect(lost).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) } });
  await expect(ask(simulator, marked('SIMULATE:reset'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect(simulator.log()).toMatchObject({ requests: 4, answers: 0 });
});

test('a death resets everything in flight and refuses connections until the engine is revived', async () => {
  const simulator = create({ reviveAfterMs: 60 });
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  const bystander = ask({ fetch }, marked('SIMULATE:hang'), {}, { url });
  bystander.catch(() => undefined);
  await until(() => simulator.load().running === 1);
  await expect(ask(simulator, marked('SIMULATE:death:1'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  await expect(bystander).rejects.toThrow('fetch failed');
  await expect(simulator.fetch('http://simulator/health')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
  let healthy = false;
  await until(() => {
    fetch(`${url}/health`).then(
      (response) => {
        healthy ||= response.ok;
      },
      () => undefined,
    );
    return healthy;
  });
  expect((await ask({ fetch }, marked('SIMULATE:death:1'), {}, { url })).status).toBe(200);
});

test('a fault can be ordered for future requests', async () => {
  const simulator = create({ faults: false });
  const order = await post(simulator.fetch, '/admin/faults', { kind: '503', count: 2, afterRequests: 1 });
  expect(order.status).toBe(200);
  const statuses: number[] = [];
  for (let time = 0; time < 4; time++) statuses.push((await ask(simulator, marked(''))).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
  expect((await post(simulator.fetch, '/admin/faults', { kind: 'nope' })).status).toBe(400);
});
