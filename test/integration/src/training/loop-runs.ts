/** What the tests of loops share: a folder for their scenes, which goes with them, and the commands that run there. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoundFile } from '@proofmill/contract';
import { until } from '@proofmill/process';
import { afterAll } from 'vitest';
import { runCommand } from '../command.ts';
import { within } from '../within.ts';
import { type LoopOptions, type LoopScene, writeLoop } from './loop-scene.ts';

export const timeout = 1_800_000;
export const longMs = 600_000;
/** Marks the processes of this file, too. */
export const root = await mkdtemp(join(tmpdir(), 'proofmill-loop-'));
afterAll(() => rm(root, { recursive: true, force: true }), 120_000);

export const sceneOf = (name: string, options?: LoopOptions): Promise<LoopScene> =>
  writeLoop(join(root, name), options);

export const runs = (words: readonly string[], env: Record<string, string> = {}) =>
  within(`${words[0]} ends`, runCommand({ name: words[0] ?? '', words, mark: root, env }), longMs);

export const jsonOf = <Value>(path: string): Value => JSON.parse(readFileSync(path, 'utf8')) as Value;

export const roundOf = ({ out }: LoopScene, folder: string): RoundFile => jsonOf(join(out, folder, 'ROUND.json'));

/** The processes that run in a folder: trainers and servers of a loop do. Their environment is closed, so they have no mark. */
export const processesIn = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });

/** Asks often, as what is waited for may last a moment. */
export const eventually = (what: string, holds: () => boolean): Promise<true> =>
  until(what, () => holds() || null, { withinMs: longMs, everyMs: 5 });
