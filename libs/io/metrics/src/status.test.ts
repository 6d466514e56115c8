import { createServer } from 'node:http';
import { ConfigurationError } from '@proofmill/contract';
import { expect, onTestFinished, test } from 'vitest';
import { checksOf } from './checks.ts';
import { RoleMetrics } from './role-metrics.ts';
import { openStatus } from './status.ts';
import { serveStatus } from './status-server.ts';

async function serve() {
  const clock = { ms: 0 };
  const checks = checksOf({ quietMs: 60_000, nowMs: () => clock.ms });
  const server = await serveStatus({ port: 0, host: '127.0.0.1' }, new RoleMetrics('worker'), checks);
  onTestFinished(server.close);
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(server.url + path, init);
    return { code: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  return { clock, checks, server, ask };
}

test('/metrics is what Prometheus reads', async () => {
  const { ask } = await serve();
  const { code, type, text } = await ask('/metrics');
  expect(code).toBe(200);
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toContain('# TYPE proofmill_worker_slots gauge');
});

test('/livez says which loop asks nothing of its ports for longer than a living one leaves them alone', async () => {
  const { ask, clock, checks } = await serve();
  expect(await ask('/livez')).toMatchObject({ code: 200, text: 'alive\n' });
  checks.turn('the run');
  checks.turn('the fleet');
  clock.ms = 60_000;
  checks.turn('the fleet');
  expect(await ask('/livez')).toMatchObject({ code: 200, text: 'alive\n' });
  clock.ms = 61_000;
  expect(await ask('/livez')).toMatchObject({ code: 503, text: 'not alive: the run has asked nothing for 61 s\n' });
  checks.turn('the run');
  expect(await ask('/livez')).toMatchObject({ code: 200 });
});

test('/readyz names everything that is missing', async () => {
  const { ask, checks } = await serve();
  expect(await ask('/readyz')).toMatchObject({ code: 200, text: 'ready\n' });
  let isMissing = true;
  checks.needs(() => (isMissing ? 'there is no engine' : null));
  checks.needs(() => 'there is no NATS');
  expect(await ask('/readyz')).toMatchObject({
    code: 503,
    text: 'not ready: there is no engine\nnot ready: there is no NATS\n',
  });
  isMissing = false;
  expect(await ask('/readyz?verbose')).toMatchObject({ code: 503, text: 'not ready: there is no NATS\n' });
});

test('nothing else is answered, and nothing is taken', async () => {
  const { ask } = await serve();
  expect(await ask('/metrics/../etc')).toMatchObject({ code: 404 });
  expect(await ask('/')).toMatchObject({ code: 404 });
  expect(await ask('/metrics', { method: 'POST', body: 'x' })).toMatchObject({ code: 405 });
  expect(await ask('/livez', { method: 'DELETE' })).toMatchObject({ code: 405 });
});

test('a port that is taken is refused with a sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const log = { info: () => undefined };
  const opening = openStatus({ role: 'worker', statusPort: port, log });
  await expect(opening).rejects.toThrow(ConfigurationError);
  await expect(opening).rejects.toThrow(`--status-port ${port}: nothing can listen there on 127.0.0.1 (EADDRINUSE)`);
});

test('without a port nothing is open; with one the log says where', async () => {
  const said: unknown[] = [];
  const log = { info: (message: string, details: object) => said.push(message, details) };
  expect(await openStatus({ role: 'worker', log })).toBe(null);
  expect(said).toEqual([]);
  await using status = await openStatus({ role: 'worker', statusPort: 0, log });
  expect(said).toEqual(['the status is open', { url: status?.url }]);
  expect((await fetch(`${status?.url}/readyz`)).status).toBe(200);
});
