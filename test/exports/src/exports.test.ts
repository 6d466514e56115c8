/**
 * Training sets of a real output, read as each trainer reads them, and two steps of each training that runs on a processor, with small weights and
 * through the files that an export writes. What is overridden are steps, lengths, precision and where the model goes.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from '@proofmill/test-integration';
import { setUpVllm } from '@proofmill/vllm-cpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainersPython } from './trainers-python.ts';

const run = promisify(execFile);
const examples = join(import.meta.dirname, '../../../examples');
/** A busy machine with two cores takes minutes for what takes one on a free one. */
const timeout = 1_800_000;
const mark = `exports-${process.pid}`;

const sets = {
  trl: ['preference', 'reasoning', 'scalar'],
  'llama-factory': ['preference', 'reasoning', 'scalar'],
  openrlhf: ['preference', 'reasoning', 'scalar'],
  axolotl: ['preference', 'reasoning', 'scalar'],
  verl: ['preference', 'reasoning'],
  'nemo-rl': ['preference', 'reasoning', 'scalar'],
  gram: ['reasoning'],
} as const;
const pairs = Object.entries(sets).flatMap(([trainer, forms]) => forms.map((form) => [trainer, form] as const));

const pythons = { trl: '', 'llama-factory': '' };
let folder = '';
let weights = '';

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const setOf = (trainer: string, form: string): string => join(folder, `${trainer}-${form}`);

async function proofmill(...words: string[]): Promise<void> {
  const ended = await runCommand({ name: words.join(' '), words, mark });
  expect(ended.code, ended.stderr).toBe(0);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-exports-'));
  weights = (await setUpVllm({ log })).modelFolders.smol;
  for (const name of ['trl', 'llama-factory'] as const) pythons[name] = await trainersPython(name, log);
  const out = join(folder, 'out');
  await proofmill('run', join(examples, 'demo.yaml'), '--out', out, '--limit', '60');
  for (const [trainer, form] of pairs) {
    const margin = form === 'scalar' && (trainer === 'trl' || trainer === 'openrlhf') ? ['--margin'] : [];
    const words = ['--for', trainer, '--as', form, '--eval-share', '0.2', '--model', weights, ...margin];
    await proofmill('export', out, ...words, '--to', setOf(trainer, form));
  }
}, 3_600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Nothing is fetched by a trainer, and nothing is cached elsewhere. */
const offline = () => ({
  ...process.env,
  ...{ HF_HUB_OFFLINE: '1', HF_HOME: join(folder, 'hf'), TOKENIZERS_PARALLELISM: 'false', DISABLE_VERSION_CHECK: '1' },
});

test('every set is read as its trainer reads it, with both splits, and by its folder', { timeout }, async () => {
  const script = join(import.meta.dirname, 'python/load_sets.py');
  const words = ['-W', 'ignore', script, weights, ...pairs.map((pair) => setOf(...pair))];
  const { stdout } = await run(pythons.trl, words, { env: offline(), maxBuffer: 1 << 28 });
  const seen = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(seen.map(({ set }) => set)).toEqual(pairs.map((pair) => pair.join(' ')));
  for (const [at, { set, rows, folder: whole, row, types, trained }] of seen.entries()) {
    const [trainer = '', form = ''] = pairs[at] ?? [];
    const manifest = JSON.parse(await readFile(join(setOf(trainer, form), '_MANIFEST.json'), 'utf8'));
    const counted = Object.fromEntries(
      manifest.files.map((file: { split: string; rows: number }) => [file.split, file.rows]),
    );
    expect(rows, set).toEqual(counted);
    expect(whole, set).toEqual(counted);
    expect(Object.keys(types), set).toEqual(Object.keys(row));
    if (trainer !== 'openrlhf') continue;
    const [prompt, answer, other] = trained;
    expect(prompt).toContain('<|im_start|>user\n');
    expect(prompt.endsWith('<|im_start|>assistant\n')).toBe(true);
    if (form === 'reasoning') expect(answer).toMatch(/^<think>[\s\S]*<\/answer><\|im_end\|>/);
    else expect([answer, other]).toEqual([row.chosen, row.rejected].map(([{ content }]) => `${content}<|im_end|>\n`));
    if (form === 'scalar') expect(trained[3]).toBe(row.margin);
  }
});

/** Trains in the folder of a set, and gives what was printed. */
async function trained(command: 'trl' | 'llamafactory-cli', set: string, words: readonly string[]): Promise<string> {
  const python = pythons[command === 'trl' ? 'trl' : 'llama-factory'];
  const bin = dirname(python);
  const env = { ...offline(), PATH: `${bin}:${process.env.PATH}` };
  const ended = run(join(bin, command), words, { cwd: set, env, timeout: timeout - 10_000, maxBuffer: 1 << 28 });
  const { stdout, stderr } = await ended.catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`${error.message}\n${(error.stdout ?? '').slice(-4000)}\n${(error.stderr ?? '').slice(-4000)}`);
  });
  return stdout + stderr;
}

/** The losses that a trainer reported. */
const lossOf = (text: string): number => Number(/'?train_loss'?\W+([\d.]+(?:e[+-]?\d+)?)/.exec(text)?.[1]);

describe('TRL trains two steps on', () => {
  test.each([
    ['preference', 'dpo', 256],
    ['reasoning', 'sft', 1024],
    ['scalar', 'reward', 256],
  ] as const)('%s, with %s.yaml as it is written', { timeout }, async (form, script, tokens) => {
    const model = join(folder, `trl-${script}-model`);
    const said = await trained('trl', setOf('trl', form), [
      ...[script, '--config', `${script}.yaml`, '--output_dir', model],
      ...['--max_steps', '2', '--gradient_accumulation_steps', '1', '--max_length', `${tokens}`],
      ...['--bf16', 'false', '--use_cpu', 'true', '--eval_steps', '2', '--save_strategy', 'no'],
    ]);
    expect(lossOf(said)).toBeGreaterThan(0);
    expect(said).toMatch(/'?eval_loss'?\W+[\d.]+/);
    expect(await readFile(join(model, 'config.json'), 'utf8')).toContain('model_type');
  });
});

describe('LLaMA-Factory trains two steps on', () => {
  test.each([
    ['llama-factory', 'preference', 'dpo', 256],
    ['llama-factory', 'reasoning', 'sft', 1024],
    ['llama-factory', 'scalar', 'rm', 256],
    ['gram', 'reasoning', 'sft', 1024],
  ] as const)('%s, %s, with %s.yaml as it is written', { timeout }, async (trainer, form, stage, tokens) => {
    const model = join(folder, `${trainer}-${stage}-model`);
    await mkdir(model);
    const said = await trained('llamafactory-cli', setOf(trainer, form), [
      ...['train', `${stage}.yaml`, `output_dir=${model}`, 'overwrite_output_dir=true'],
      ...['max_steps=2', 'gradient_accumulation_steps=1', `cutoff_len=${tokens}`, 'eval_steps=2'],
      ...['bf16=false', 'use_cpu=true'],
    ]);
    expect(lossOf(said)).toBeGreaterThan(0);
    expect(said).toMatch(/'?eval_loss'?\W+[\d.]+/);
    expect(said).not.toContain('Skipping this abnormal example');
    expect(await readFile(join(model, 'config.json'), 'utf8')).toContain('model_type');
  });
});
