import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython } from './find-python.ts';

const need = { who: 'vLLM', from: [3, 11], below: [3, 15] } as const;

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

test('the named Python is used if it is supported and it can create environments', async () => {
  const good = await python('good', { version: [3, 12], hasVenv: true });
  expect(await findPython(need, { PROOFMILL_PYTHON: good })).toBe(good);
  const old = await python('old', { version: [3, 8], hasVenv: true });
  await expect(findPython(need, { PROOFMILL_PYTHON: old })).rejects.toThrow(`${old} is 3.8`);
  const bare = await python('bare', { version: [3, 12], hasVenv: false });
  await expect(findPython(need, { PROOFMILL_PYTHON: bare })).rejects.toThrow(`${bare} has no venv module`);
  await expect(findPython(need, { PROOFMILL_PYTHON: join(folder, 'gone') })).rejects.toThrow('gone runs here');
});
