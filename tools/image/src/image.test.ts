/** `npm run image` writes the same bytes in every clone, says what is in them, and its programs run as they do in a pod. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { committedCopy, freshClone } from './fresh-clone.fixture.ts';
import { type DocumentedImage, writeProofmillImage } from './proofmill.ts';
import { proofmillSettings } from './settings.ts';
import { root } from './source.ts';
import { rootSkipReason, type Unpacked, unpack } from './unpacked.fixture.ts';

const skipReason = rootSkipReason();
const timeout = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'proofmill-archives-'));
let image: DocumentedImage;
let unpacked: Unpacked;

beforeAll(async () => {
  image = await writeProofmillImage(join(folder, 'one.tar'));
  unpacked = await unpack(image.file);
}, timeout);

afterAll(async () => {
  await unpacked?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('two fresh clones, built by two people, give the same bytes', { timeout: 4 * timeout }, async () => {
  const repository = await committedCopy(join(folder, 'repository'));
  const build = async (clone: string, environment: NodeJS.ProcessEnv, umask: string): Promise<Buffer[]> => {
    await freshClone(repository, clone);
    const command = `umask ${umask}; exec "$0" tools/image/src/main.ts --out built.tar`;
    const env = { ...process.env, ...environment };
    await promisify(execFile)('sh', ['-c', command, process.execPath], { cwd: clone, env });
    return ['tar', 'spdx.json', 'provenance.json'].map((ending) => readFileSync(join(clone, `built.${ending}`)));
  };
  const one = await build(join(folder, 'one'), { TZ: 'Pacific/Auckland', LC_ALL: 'C' }, '022');
  const two = await build(join(folder, 'another/place/two'), { TZ: 'America/Lima', LC_ALL: 'en_US.UTF-8' }, '077');
  expect(two.map((file, position) => file.equals(one[position] ?? Buffer.of()))).toEqual([true, true, true]);
  expect(JSON.parse(String(one[2])).predicate.buildDefinition.resolvedDependencies[0]).toEqual({
    name: 'source',
    digest: { gitCommit: expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
});

test('the image stays small', () => {
  process.stdout.write(`the image has ${(image.bytes / 1024 / 1024).toFixed(1)} MB\n`);
  expect(image.bytes).toBeLessThan(80 * 1024 * 1024);
});

test('the SBOM in the image lists Node, what is compiled into it, system libraries and every bundled package, each as it is', () => {
  const text = readFileSync(join(unpacked.root, 'app/sbom.spdx.json'), 'utf8');
  expect(text).toBe(image.sbom);
  const { packages, files, relationships } = JSON.parse(text);
  const listed = new Map(packages.map((one: { name: string; versionInfo: string }) => [one.name, one]));
  const third = readFileSync(join(unpacked.root, 'app/THIRD-PARTY.txt'), 'utf8');
  const bundled = [...third.matchAll(/^== (\S+) (\S+) \(/gm)].map(([, name, version]) => `${name} ${version}`);
  const named = packages.map((one: { name: string; versionInfo: string }) => `${one.name} ${one.versionInfo}`);
  expect(bundled.length).toBeGreaterThan(50);
  expect(bundled.filter((one) => !named.includes(one))).toEqual([]);

  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const digest = Buffer.from(lock['node_modules/zod'].integrity.slice('sha512-'.length), 'base64').toString('hex');
  expect(listed.get('zod')).toMatchObject({ checksums: [{ algorithm: 'SHA512', checksumValue: digest }] });
  expect(listed.get('openssl')).toMatchObject({ versionInfo: process.versions.openssl });
  if (existsSync('/usr/bin/dpkg-query')) expect(listed.get('libc6')).toMatchObject({ versionInfo: expect.any(String) });

  for (const { fileName, checksums } of files) {
    const content = readFileSync(join(unpacked.root, fileName));
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(checksums[1], fileName).toEqual({ algorithm: 'SHA256', checksumValue: sha256 });
  }
  const ids = [...packages, ...files].map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(ids.length);
  const related = relationships.flatMap((one: Record<string, string>) => [one.spdxElementId, one.relatedSpdxElement]);
  expect(related.filter((id: string) => id !== 'SPDXRef-DOCUMENT' && !ids.includes(id))).toEqual([]);
});

test('the provenance is about this image and names where each part comes from', () => {
  const { subject, predicate } = JSON.parse(image.provenance);
  expect(subject).toEqual([{ name: image.name, digest: { sha256: image.digest.replace('sha256:', '') } }]);
  const dependencies = predicate.buildDefinition.resolvedDependencies as { uri?: string; digest?: object }[];
  expect(dependencies.find(({ uri }) => uri?.startsWith('pkg:npm/zod@'))).toMatchObject({
    digest: { sha512: expect.stringMatching(/^[0-9a-f]{128}$/) },
    annotations: { checked: expect.stringContaining('package-lock.json') },
  });
  // in-toto wants of each a URI, a digest or the content.
  expect(dependencies.filter(({ uri, digest }) => uri === undefined && digest === undefined)).toEqual([]);
});

test('the image has labels that describe it, and the licences of its contents', () => {
  const { Labels, Entrypoint, User } = unpacked.config;
  expect([Entrypoint, User]).toEqual([proofmillSettings.entrypoint, '65532:65532']);
  expect(Labels).toMatchObject({
    'org.opencontainers.image.title': 'proofmill',
    'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
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
