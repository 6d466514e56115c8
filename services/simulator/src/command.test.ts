import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { ask, framed } from './asking.ts';
import { parseFlags, startSimulator } from './index.ts';

const main = join(import.meta.dirname, 'main.ts');

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(bytes.toString()));
    child.once('exit', (code) => reject(new Error(`ended early with ${code}`)));
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

test('the process says where it is, serves, and ends with 0 on SIGTERM', async () => {
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
