/** A terminal obeys nothing that a command prints, whatever stands in its corpus, job, flags, file names and answers. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeCommand } from '@proofmill/cli';
import { sealedText } from '@proofmill/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { type JobFolder, writeExample } from './example.ts';
import { type SmallEngine, sendJson, smallEngine } from './small-engine.ts';
import { within } from './within.ts';

const timeout = 120_000;
/** Clears the screen, sets the title, begins a command in the C1 range, turns the direction, hides what follows, takes back the line. */
const hostile = '\u001b[2J\u001b]0;owned\u0007\u009b8m\u202eexe.\u2066\u200b\u001b[8m\rall is well';
/** As a name of a file, without the brackets of a pattern: resets the terminal, and more of the same. */
const hostileName = '\u001bc\u001b]0;owned\u0007\u009b8m\u202eexe.\u200b\n';
const obeyed = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const command = '\u001b[';
const ourStyles = [1, 2, 22, 31, 32, 39].map((code) => `${command}${code}m`);

let folder = '';
let job: JobFolder;
let corpus = '';
let answering: SmallEngine;
let refusing: SmallEngine;

const record = (index: number): string =>
  JSON.stringify({
    id: `${hostile}${index}`,
    prompt: [
      { role: hostile, content: hostile },
      { role: 'user', content: `question ${index} ${hostile}` },
    ],
    chosen: `better ${hostile}`,
    rejected: `worse ${hostile}`,
  });

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: hostile,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: `<think>Response A ${hostile}</think>\n<answer>\nA\n</answer>` },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-hostile-'));
  job = await writeExample(join(folder, hostileName), {
    records: 8,
    edit: (lines) => [
      ...lines.map((_line, index) => record(index)),
      JSON.stringify({ [hostile]: hostile }),
      JSON.stringify({ prompt: 'q', chosen: { [hostile]: 1 }, rejected: hostile }),
      `{"${hostile}`,
    ],
  });
  corpus = join(job.folder, `${hostileName}.jsonl`);
  await rename(job.corpus, corpus);
  answering = await smallEngine((response) => sendJson(response, 200, answer));
  refusing = await smallEngine((response) => sendJson(response, 400, { error: { message: hostile, code: hostile } }));
});
afterAll(async () => {
  await answering[Symbol.asyncDispose]();
  await refusing[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What a command prints, which must be something, and nothing that a terminal obeys. */
async function printed(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout, stderr } = await within('it ends', runCommand({ name: words[0] ?? '', words, mark: folder, env }));
  const text = stdout + stderr;
  expect(text).not.toBe('');
  const foreign =
    env.FORCE_COLOR === undefined ? text : ourStyles.reduce((left, style) => left.replaceAll(style, ''), text);
  expect(obeyed.exec(foreign)?.[0], foreign).toBeUndefined();
  return text;
}

const tried = new Set<string>();
const all = async (...commands: readonly (readonly string[])[]): Promise<string[]> => {
  const texts: string[] = [];
  for (const words of commands) {
    tried.add(words[0] ?? '');
    texts.push(await printed(words));
  }
  return texts;
};

/** The job with a calibration whose names are hostile, which says something else than the job. */
async function calibratedJob(): Promise<string> {
  const text = sealedText({
    ...{ v: 1, job: hostile, runs: [{ stage: hostile, run: hostile }], manifestSha256: hostile },
    ...{ corpus: { files: [hostile], sha256: '0'.repeat(64) }, asked: { stage: hostile, [hostile]: hostile } },
    ...{ gold: 'corpus', folds: 5, groups: [] },
  });
  await writeFile(join(job.folder, 'calibration.json'), text);
  const path = join(job.folder, 'calibrated.json');
  const { spec, ...rest } = JSON.parse(await readFile(job.job, 'utf8'));
  const [label, ...stages] = spec.pipeline;
  const pipeline = [{ ...label, calibration: 'calibration.json' }, ...stages];
  await writeFile(path, JSON.stringify({ ...rest, spec: { ...spec, pipeline } }));
  return path;
}

/** Answers of a review about an item that is not in it, in words that are no answer. */
async function hostileAnswers(): Promise<string> {
  const path = join(folder, `${hostileName}answers.json`);
  await writeFile(path, JSON.stringify([{ item: hostile, rank: 1, order: [0], verdicts: [hostile] }]));
  return path;
}

/** A loop whose names are hostile, and whose last trainer prints the same and fails. */
async function hostileLoop(): Promise<{ readonly loop: string; readonly out: string }> {
  const benchmark = join(job.folder, `${hostileName}benchmark.jsonl`);
  await writeFile(benchmark, JSON.stringify({ question: `question 5 ${hostile}` }));
  const train = { command: ['sh', '-c', `printf '%s' '${hostile}'; exit 1`, '{out}'] };
  const spec = {
    rounds: 0,
    judge: {
      weights: hostile,
      stage: { judge: 'gram-r2' },
      engine: { model: 'simulated-judge', baseUrl: answering.url },
    },
    rationales: { corpus: { uris: [corpus] }, text: ['id'], names: [hostile, 'x'] },
    train,
    evaluations: [{ name: 'held', corpus: { uris: [corpus], limit: 3 } }],
    without: [benchmark],
    gate: { metric: 'held', atLeast: 0 },
    final: { train },
    output: { uri: `loop ${hostileName}` },
  };
  const loop = join(job.folder, 'loop.json');
  const file = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'loop' }, spec };
  // YAML takes control characters as escapes alone.
  const escaped = (text: string): string => `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`;
  await writeFile(loop, JSON.stringify(file).replaceAll(/[\u007f-\uffff]/g, escaped));
  return { loop, out: join(job.folder, `loop ${hostileName}`) };
}

describe('a terminal obeys nothing', () => {
  test('that plan and preview print', { timeout }, async () => {
    const [plan, planJson, preview] = await all(
      ['plan', job.job, '--corpus', corpus],
      ['plan', job.job, '--corpus', corpus, '--json'],
      ['preview', job.job, '--corpus', corpus, '--items', '2', '--engine', answering.url],
      ['preview', job.job, '--corpus', corpus, '--items', '2', '--engine', answering.url, '--json'],
      ['preview', job.job, '--corpus', corpus, '--items', '2', '--engine', refusing.url],
    );
    expect(plan).toContain('\\u001b[2J\\u001b]0;owned\\u0007\\u009b8m\\u202eexe.');
    expect(preview).toContain('\\u001b[2J');
    expect(JSON.parse(planJson ?? '')).toMatchObject({ prompt: [{ content: expect.stringContaining(hostile) }] });
  });

  test('that run prints, and the commands that read what it wrote', { timeout }, async () => {
    const [run] = await all(
      ['run', job.job, '--corpus', corpus, '--engine', answering.url, '--show', '8'],
      ['run', job.job, '--corpus', corpus, '--engine', answering.url, '--json'],
      ['status', job.out],
      ['status', job.out, '--json'],
      ['report', job.out],
      ['report', job.out, '--json'],
      ['verify', '--deep', job.out],
      ['verify', '--deep', job.out, '--json'],
      ['rows', job.out],
      ['score', job.out],
      ['compare', job.out, job.out, '--flips', '3'],
      ['sample', job.out, '--n', '3'],
      ['certify', job.out],
      ['calibrate', job.out],
      ['calibrate', job.out, '--json'],
      ['export', job.out, '--for', 'trl', '--to', join(folder, hostileName, 'set'), '--model', hostile],
      ['verify', join(folder, hostileName, 'set')],
      ['rows', join(folder, hostileName, 'set')],
      ['export', job.out, '--for', 'label-studio', '--to', join(folder, hostileName, 'review'), '--show-judge'],
      ['export', job.out, '--for', 'gram', '--to', `${join(folder, hostileName, 'json')}`, '--keep', 'all', '--json'],
      ['retry', job.out, '--job', job.job, '--engine', refusing.url],
    );
    expect(run).toContain('\\u001b[2J');
    const moved = join(folder, hostileName, 'moved');
    await rename(join(job.out, 'failed'), moved);
    await all(['verify', job.out], ['clean', job.out]);
    await rename(moved, join(job.out, 'failed'));
    await all(['clean', job.out]);
  });

  test('that a loop prints, and its trainer', { timeout }, async () => {
    const { loop, out } = await hostileLoop();
    const [plan, text] = await all(
      ['plan', loop],
      ['loop', loop],
      ['loop', loop, '--json'],
      ['status', out],
      ['status', out, '--json'],
      ['report', out],
      ['verify', out],
      ['loop', job.job],
    );
    expect(plan).toContain('evaluation held');
    expect(text).toContain('benchmark.jsonl: 1)');
    expect(text).toContain('ended with exit code 1');
    expect(text).toContain('\\u001b[2J');
  });

  test('that a run prints whose engine refuses', { timeout }, async () => {
    await all([
      'run',
      job.job,
      '--corpus',
      corpus,
      '--engine',
      refusing.url,
      '--out',
      join(folder, `refused ${hostileName}`),
    ]);
  });

  test('that says what is wrong with a job, a profile or a flag', { timeout }, async () => {
    const bad = join(folder, `${hostileName}.yaml`);
    await writeFile(bad, '"\\e[2J\\u202e": 1\nmetadata: { name: "\\e[2J" }\n');
    const gone = join(folder, 'none', hostileName);
    await all(
      ['plan', bad],
      ['run', gone],
      ['profiles', bad],
      ['profiles', hostile],
      ['profiles', 'test', bad],
      ['profiles', 'fetch', hostile, '--from', gone],
      ['profiles', 'fetch', bad, '--from', gone],
      ['profiles', 'fetch', 'arena-hard', '--from', gone],
      ['status', gone],
      ['certify', job.out, '--gold', gone],
      ['rows', job.out, '--certificate', gone],
      ['calibrate', job.out, '--by', hostile],
      ['export', gone, '--for', 'trl', '--to', hostile],
      ['export', job.out, '--for', hostile, '--to', hostile],
      ['export', job.out, '--for', 'trl', '--to', join(folder, hostileName, 'pushed'), '--push', hostile],
      ['import-reviews', bad, '--for', 'label-studio', '--to', gone],
      ['import-reviews', await hostileAnswers(), '--for', 'argilla', '--to', gone],
      ['export', job.out, '--for', 'trl', '--to', folder, '--without', gone],
      ['plan', await calibratedJob(), '--corpus', corpus],
      ['rows', job.out, '--calibration', gone],
      ['worker', '--stage', gone, '--engine', `http://127.0.0.1:1/${hostile}`, '--nats', 'nats://127.0.0.1:1'],
      ['coordinator', '--job', gone, '--nats', `nats://${hostile}`],
      ['collector', '--out', gone, '--nats', `nats://${hostile}`, '--partitions', hostile],
      ['operator', `--${hostile}`],
      ['submit', bad, '--namespace', hostile],
      ['simulate', '--port', hostile],
      ['weights', 'put', gone, `s3://labels/${hostile}`],
      ['weights', 'fetch', `s3://${hostile}/x`, gone],
      ['weights', 'fetch', `s3://labels/../${hostile}`, gone, '--sha256', hostile],
      ['health', '--engine', `http://127.0.0.1:1/${hostile}`],
      ['completion', hostile],
      [hostile],
    );
  });

  test('in colour', { timeout }, async () => {
    expect(await printed(['status', job.out], { FORCE_COLOR: '1' })).toContain(command);
    await printed(['plan', job.job, '--corpus', corpus], { FORCE_COLOR: '1' });
    await printed(['run', join(folder, hostileName, 'none.yaml')], { FORCE_COLOR: '1' });
  });

  test('of any command', { timeout }, async () => {
    const names = (await wholeCommand()).commands.map((command) => command.name());
    expect(names.filter((name) => !tried.has(name))).toEqual([]);
  });
});
