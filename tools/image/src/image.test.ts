/** `npm run image` writes the same bytes every time, and its programs run as they do in a pod. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { WrittenImage } from './archive.ts';
import { writeProofmillImage } from './proofmill.ts';
import { proofmillSettings } from './settings.ts';
import { rootSkipReason, type Unpacked, unpack } from './unpacked.fixture.ts';

const skipReason = rootSkipReason();
const timeout = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'proofmill-archives-'));
let image: WrittenImage;
let unpacked: Unpacked;

beforeAll(async () => {
  image = await writeProofmillImage(join(folder, 'one.tar'));
  unpacked = await unpack(image.file);
}, timeout);

afterAll(async () => {
  await unpacked?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a second build has the same bytes, and the image stays small', { timeout }, async () => {
  const again = await writeProofmillImage(join(folder, 'two.tar'));
  expect(again.digest).toBe(image.digest);
  expect(readFileSync(again.file).equals(readFileSync(image.file))).toBe(true);
  process.stdout.write(`the image has ${(image.bytes / 1024 / 1024).toFixed(1)} MB\n`);
  expect(image.bytes).toBeLessThan(80 * 1024 * 1024);
});

test('the image has labels that describe it, and the licences of its contents', () => {
  const { Labels, Entrypoint, User } = unpacked.config;
  expect([Entrypoint, User]).toEqual([proofmillSettings.entrypoint, '65532:65532']);
  expect(Labels).toMatchObject({
    'org.opencontainers.image.title': 'proofmill',
    'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'org.opencontainers.image.licenses': 'Apache-2.0',
  });
  const revision = Labels['org.opencontainers.image.revision'];
  if (revision !== undefined) expect(revision).toMatch(/^[0-9a-f]{40}(-changed)?$/);

  const text = (path: string): string => readFileSync(join(unpacked.root, path), 'utf8');
  expect(text('app/LICENSE')).toContain('Apache License');
  for (const library of ['zod', 'openai', '@nats-io/jetstream', '@aws-sdk/client-s3', 'pino', 'commander']) {
    expect(text('app/THIRD-PARTY.txt')).toMatch(new RegExp(`^== ${library} [0-9.]+ \\(`, 'm'));
  }
  expect(text('usr/share/doc/node/LICENSE')).toContain('Node.js is licensed');
  // Debian and its derivatives know which package owns a library of the system.
  if (existsSync('/usr/bin/dpkg-query')) {
    for (const name of ['libc6', 'libstdc++6']) expect(text(`usr/share/doc/${name}/copyright`)).toContain('License');
  }
  for (const shell of ['bin', 'usr/bin', 'sbin']) expect(existsSync(join(unpacked.root, shell)), shell).toBe(false);
});

describe.skipIf(skipReason)(
  `in a private read-only root, as user 65532${skipReason && `: skipped. ${skipReason}`}`,
  () => {
    test('a program can write only to /tmp, and has no privileged user or group', { timeout }, async () => {
      const script = `
      const { writeFileSync } = require('node:fs');
      const tried = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      const ids = [process.getuid(), process.getgid(), process.getgroups().join()];
      console.log(JSON.stringify([...ids, process.cwd(), tried('/app/x'), tried('/x'), tried('/tmp/x')]));`;
      const { stdout, stderr } = await unpacked.run({ command: ['node', '-e', script] });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual([65532, 65532, '65532', '/app', 'EROFS', 'EROFS', 'written']);
    });

    test('an engine on a unix socket starts, passes its probe, and ends with 0 on SIGTERM', {
      timeout,
    }, async () => {
      const probe = ['proofmill', 'health', '--engine', 'unix:///tmp/engine.sock'];
      expect((await unpacked.run({ command: probe })).code).toBe(75);
      const engine = unpacked.start({ args: ['simulate', '--uds', '/tmp/engine.sock'] });
      onTestFinished(() => void engine.kill('SIGKILL'));
      const [line] = await once(createInterface({ input: engine.stdout ?? process.stdin }), 'line');
      expect(JSON.parse(line)).toMatchObject({ url: 'unix:///tmp/engine.sock', model: 'simulated-judge' });
      expect(await unpacked.run({ command: probe })).toEqual({ code: 0, stdout: '', stderr: '' });
      const ended = once(engine, 'exit');
      engine.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });

    test('the example job runs, and its output passes verify', { timeout }, async () => {
      const run = await unpacked.run({ args: ['run', 'examples/demo.yaml', '--out', '/tmp/out', '--json'] });
      expect(run.code, run.stderr).toBe(0);
      const verify = await unpacked.run({ args: ['verify', '/tmp/out', '--deep', '--json'] });
      expect(JSON.parse(verify.stdout)).toMatchObject({ sound: true, complete: true });
    });
  },
);
