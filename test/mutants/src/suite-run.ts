/** Runs test files of the copy by vitest, and reads its report. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ToolError } from '@proofmill/process';
import type { Suite } from './mutant.ts';

/** The simulation plays this many histories: enough for the bugs of the table. */
const histories = 150;

export interface RunLimits {
  readonly limitMs: number;
  readonly stop: AbortSignal;
}

export type SuiteResult =
  /** `failed` names the first test that failed; null: none has. `skipped` has the paths of files of which no test could run here. */
  | { readonly state: 'ran'; readonly failed: string | null; readonly skipped: readonly string[] }
  /** It failed before it had a test: the bug is no program. */
  | { readonly state: 'not loaded'; readonly why: string }
  | { readonly state: 'hung' };

interface Report {
  readonly success: boolean;
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs suites of one package in the copy at `root`, up to the first failed test, for `limitMs` at most. The first one says which tests. */
export async function runSuites(
  root: string,
  suites: readonly [Suite, ...Suite[]],
  limits: RunLimits,
): Promise<SuiteResult> {
  const [{ file: firstFile, only }] = suites;
  const folder = packageOf(root, firstFile);
  const { name } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as { name: string };
  const report = join(root, 'tmp/test-reports', `${name}.json`);
  await rm(report, { force: true });
  const words = [
    'run',
    '--config',
    join(root, 'vitest.config.ts'),
    '--root',
    '.',
    '--bail',
    '1',
    ...suites.map(({ file }) => relative(folder, file)),
  ];
  const ended = await runVitest(root, folder, only === undefined ? words : [...words, '-t', escaped(only)], limits);
  if (ended === 'hung') return { state: 'hung' };
  const read = await readFile(report, 'utf8').catch(() => null);
  if (read === null) return { state: 'not loaded', why: ended.slice(-500) };
  return resultOf(JSON.parse(read) as Report);
}

function resultOf({ success, numTotalTests, testResults }: Report): SuiteResult {
  const [first] = testResults;
  if (numTotalTests === 0) return { state: 'not loaded', why: first?.message ?? 'there is no such test' };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find(({ status }) => status === 'failed')?.fullName;
  // Where what comes ahead of all tests has failed, each of them is skipped.
  const ahead = success ? null : 'what comes ahead of its tests';
  const skipped = testResults.filter(({ assertionResults }) =>
    assertionResults.every(({ status }) => status !== 'passed'),
  );
  return { state: 'ran', failed: failed ?? ahead, skipped: skipped.map(({ name }) => name) };
}

/** What vitest has printed, or `hung`. */
function runVitest(
  root: string,
  folder: string,
  words: readonly string[],
  { limitMs, stop }: RunLimits,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, ...words], {
      cwd: join(root, folder),
      env: { ...process.env, PROOFMILL_HISTORIES: String(histories) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the tests have started ends with them.
      detached: true,
    });
    let output = '';
    let isHung = false;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000);
      });
    const killAll = (): void => {
      isHung = true;
      // It may have ended a moment ago.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(killAll, limitMs);
    stop.addEventListener('abort', killAll, { once: true });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', killAll);
      if (stop.aborted) reject(new ToolError('temporary', 'stopped'));
      else resolve(isHung ? 'hung' : output);
    });
  });
}

/** The folder of the package that a file belongs to. */
export function packageOf(root: string, file: string): string {
  let folder = dirname(file);
  while (folder !== '.' && !existsSync(join(root, folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
