import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { directoryStore } from '@proofmill/blob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeSuite } from './store-suite.ts';

const newFolder = () => mkdtemp(join(tmpdir(), 'proofmill-store-'));
const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true });

storeSuite('directoryStore', async () => {
  const folder = await newFolder();
  // The first write creates the output folder itself.
  return { open: () => directoryStore(join(folder, 'deep/out')), close: () => removeFolder(folder) };
});

describe('directoryStore after SIGKILL', () => {
  let folder: string;
  let writer: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(async () => {
    writer?.kill('SIGKILL');
    await removeFolder(folder);
  });

  it('holds only whole objects, every reported one, and clears up after the killed writer', {
    timeout: 60_000,
  }, async () => {
    const seed = Number(process.env.PROOFMILL_SEED ?? Math.floor(Math.random() * 1000));
    for (let round = 0; round < 4; round += 1) {
      const about = `PROOFMILL_SEED=${seed}, round ${round}`;
      const outFolder = join(folder, String(round));
      writer = spawn(process.execPath, [fileURLToPath(new URL('./store-writer.ts', import.meta.url)), outFolder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(writer, 'exit');
      const reported: number[] = [];
      const killAfter = 5 + ((seed + round * 7) % 20);
      if (writer.stdout === null) throw new Error('the writer has no output');
      for await (const line of createInterface(writer.stdout)) {
        reported.push(Number(line));
        if (reported.length === killAfter) setTimeout(() => writer?.kill('SIGKILL'), (seed + round) % 5);
      }
      await exited;
      const store = directoryStore(outFolder);
      const paths = await store.list('objects/');
      for (const path of paths) {
        const number = path.slice('objects/'.length);
        const content = Buffer.from((await store.read(path)) ?? []).toString();
        expect(content === `${number};`.repeat(300_000), `${about}: ${path} is torn`).toBe(true);
      }
      for (const number of reported) expect(paths, about).toContain(`objects/${number}`);
      expect(paths.length, about).toBeLessThanOrEqual(reported.length + 1);
      await store.write('next', []);
      expect(await readdir(join(outFolder, '.proofmill/tmp')), about).toEqual([]);
    }
  });
});
