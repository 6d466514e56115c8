import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { expect, onTestFinished, test } from 'vitest';
import { ask, framed } from './client.fixture.ts';
import { parseFlags, startSimulator } from './index.ts';

const main = join(import.meta.dirname, 'main.ts');

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(bytes.toString()));
    child.once('exit', (code) => reject(new Error(`exited early with ${code}`)));
  });

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

test('flags become options; a wrong one is a configuration error', async () => {
  const { simulator, model, url } = await startSimulator(
    parseFlags(['--model', 'm', '--accuracy', 'uniform', '--slots', '4']),
  );
  expect([model, url.startsWith('http://127.0.0.1:')]).toEqual(['m', true]);
  await simulator.close();
  expect(() => parseFlags(['--nope'])).toThrow(ConfigurationError);
  await expect(startSimulator(parseFlags(['--accuracy', '7']))).rejects.toThrow(ConfigurationError);
  await expect(startSimulator(parseFlags(['--gold', 'no-such-file.jsonl']))).rejects.toThrow(ConfigurationError);
});

test('it listens on the given address, by default on the loopback only; its URL has the address', async () => {
  for (const [args, address] of [
    [[], '127.0.0.1'],
    [['--host', '127.0.0.2'], '127.0.0.2'],
    [['--host', '0.0.0.0'], '0.0.0.0'],
    ...(hasIpv6 ? [[['--host', '::1'], '[::1]'] as const] : []),
  ] as const) {
    const { simulator, url } = await startSimulator(parseFlags(args));
    expect(url).toBe(`http://${address}:${new URL(url).port}`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const elsewhere = `http://127.0.0.3:${new URL(url).port}/health`;
    const answered = await fetch(elsewhere).then(
      ({ status }) => status,
      () => null,
    );
    expect(answered).toBe(address === '0.0.0.0' ? 200 : null);
    await simulator.close();
  }
  await expect(startSimulator(parseFlags(['--host', 'nowhere']))).rejects.toThrow('It must be an IP address');
});

test('the process prints its URL, serves, and exits with 0 on SIGTERM', async () => {
  const child = spawn(process.execPath, [main, '--port', '0', '--faults'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = exitCode(child);
  const { url, model, pid } = JSON.parse(await firstLine(child)) as { url: string; model: string; pid: number };
  expect([model, pid]).toEqual(['simulated-judge', child.pid]);
  expect((await ask({ fetch }, framed('Q?', 'a', 'b'), {}, { url })).status).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('a simulated death ends the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const child = spawn(process.execPath, [main, '--port', '0', '--faults', '--log', join(folder, 'log')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = exitCode(child);
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  await expect(ask({ fetch }, framed('Q?', 'SIMULATE:death', 'b'), {}, { url })).rejects.toThrow('fetch failed');
  expect(await exited).toBe(0);
  rmSync(folder, { recursive: true });
});

test('on a unix socket it takes the place of a killed process, serves every user, and is healthy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const socketPath = join(folder, 'engine.sock');
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [main, '--uds', socketPath], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const killed = start();
  await firstLine(killed);
  const killedExit = exitCode(killed);
  killed.kill('SIGKILL');
  await killedExit;
  expect(statSync(socketPath).isSocket()).toBe(true);

  const child = start();
  const exited = exitCode(child);
  expect(JSON.parse(await firstLine(child))).toMatchObject({ url: `unix://${socketPath}` });
  // Write permission is what connecting takes.
  expect(statSync(socketPath).mode & 0o666).toBe(0o666);
  expect(await statusOf(socketPath, '/health')).toBe(200);
  await expect(startSimulator(parseFlags(['--uds', socketPath]))).rejects.toThrow('EADDRINUSE');
  expect(await statusOf(socketPath, '/health')).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  rmSync(folder, { recursive: true });
});

test('a file that is not a socket is not removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const file = join(folder, 'notes');
  writeFileSync(file, 'kept');
  await expect(startSimulator(parseFlags(['--uds', file]))).rejects.toThrow('EADDRINUSE');
  expect(statSync(file).size).toBe(4);
  rmSync(folder, { recursive: true });
});

const statusOf = (socketPath: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
