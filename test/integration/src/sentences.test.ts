import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main, runCommand } from './command.ts';
import { type JobFolder, writeExample } from './example.ts';
import { type SmallEngine, sendJson, smallEngine } from './small-engine.ts';
import { within } from './within.ts';

const timeout = 120_000;
const words = 'Conversation roles must alternate';
let folder = '';
let job: JobFolder;
let refusing: SmallEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-sentences-'));
  job = await writeExample(folder, { records: 20 });
  refusing = await smallEngine((response) => sendJson(response, 400, { error: { message: words, code: '400' } }));
});
afterAll(async () => {
  await refusing[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command, whose error has to be a sentence. */
async function command(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const ended = await within('it ends', runCommand({ name: words[0] ?? '', words, mark: folder, env }));
  expect(ended.stderr, 'no stack').not.toMatch(/^ +at /m);
  return ended;
}

describe.concurrent('what goes wrong is said in a sentence', () => {
  test('preview: the refusal of an item is its outcome', { timeout }, async () => {
    const { stdout } = await command(['preview', job.job, '--items', '1', '--engine', refusing.url]);
    expect(stdout).toMatch(new RegExp(`outcome: failed: bad-request: .*${words}`));
  });

  test('profiles test: a refused request is shown, and the test has failed', { timeout }, async () => {
    const { code, stdout } = await command(['profiles', 'test', 'gram-r2', '--engine', refusing.url]);
    expect(stdout).toContain(words);
    expect(code).toBe(1);
  });

  test('worker: a stage.json that does not exist yet is said to come from the coordinator', { timeout }, async () => {
    const stage = join(folder, 'none/stage.json');
    const { code, stderr } = await command([
      'worker',
      '--stage',
      stage,
      '--engine',
      refusing.url,
      '--nats',
      'nats://127.0.0.1:1',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no ${stage}: the coordinator writes it`);
  });

  test('a corpus that is cut short, with the simulator', { timeout }, async () => {
    const cut = join(folder, 'cut.jsonl.gz');
    await writeFile(cut, gzipSync(await readFile(job.corpus)).subarray(0, -200));
    const words = ['run', job.job, '--engine', 'simulator:', '--corpus', cut, '--out', join(folder, 'cut-out')];
    const { stderr, code } = await command(words);
    expect({ stderr: stderr.replace(/this job.*\n/, ''), code }).toMatchObject({ code: 0 });
  });

  test('an output folder below a file', { timeout }, async () => {
    const words = ['run', job.job, '--engine', 'simulator:'];
    for (const out of [job.corpus, join(job.corpus, 'out')]) {
      const { code, stderr } = await command([...words, '--out', out]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/choose another|is a file/);
    }
  });

  test('an engine that is away says when to run it again', { timeout }, async () => {
    const { code, stderr } = await command(['health', '--engine', 'http://127.0.0.1:1']);
    expect(code).toBe(75);
    expect(stderr).toBe(
      'http://127.0.0.1:1/health did not answer 200 within 5 s. Run it again when the engine answers.\n',
    );
  });

  test('a reader that leaves ends a run as a signal does', { timeout }, async () => {
    await using busy = await smallEngine((response) => sendJson(response, 429, { error: { message: 'busy' } }));
    const { PROOFMILL_END_WITH_STDIN: _tied, NODE_ENV: _mode, VITEST: _test, ...env } = process.env;
    const run = `"$0" "$1" run "$2" --engine "$3" --out "$4" --json --every 1 --grace 1`;
    const words = [process.execPath, main, job.job, busy.url, join(folder, 'unread')];
    const shell = spawn('bash', ['-c', `${run} | head -n 1 > /dev/null; exit "\${PIPESTATUS[0]}"`, ...words], { env });
    let stderr = '';
    shell.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    const [code] = await within('it ends', once(shell, 'close'));
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
  });
});
