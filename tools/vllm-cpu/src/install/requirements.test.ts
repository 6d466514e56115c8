import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlatform, findPython } from './requirements.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-python-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program that claims to be this Python. */
async function python(name: string, found: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${JSON.stringify({ path, ...found })}'\n`);
  await chmod(path, 0o755);
  return path;
}

test('wheels exist only for Linux on x86-64', () => {
  expect(() => checkPlatform('linux', 'x64')).not.toThrow();
  expect(() => checkPlatform('darwin', 'arm64')).toThrow('this is darwin on arm64');
});

test('the named Python is used if vLLM supports it and it can create environments', async () => {
  const good = await python('good', { version: [3, 12], hasVenv: true });
  expect(await findPython({ PROOFMILL_PYTHON: good })).toBe(good);
  const old = await python('old', { version: [3, 8], hasVenv: true });
  await expect(findPython({ PROOFMILL_PYTHON: old })).rejects.toThrow(`${old} is 3.8`);
  const bare = await python('bare', { version: [3, 12], hasVenv: false });
  await expect(findPython({ PROOFMILL_PYTHON: bare })).rejects.toThrow(`${bare} has no venv module`);
  await expect(findPython({ PROOFMILL_PYTHON: join(folder, 'gone') })).rejects.toThrow('gone runs here');
});
