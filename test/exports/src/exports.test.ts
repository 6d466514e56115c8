/**
 * Training sets of a real output, read as each trainer reads them, and two steps of each training that runs on a processor, with tiny random weights
 * and through the files that an export writes. What is overridden are steps, precision and where the model goes.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from '@proofmill/test-integration';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { textsOf } from './texts.ts';
import { setUpTrainers, type Trainers } from './trainers.ts';
import { printedBy, type TwoSteps, twoStepsIn } from './training.ts';

const run = promisify(execFile);
const examples = join(import.meta.dirname, '../../../examples');
const python = join(import.meta.dirname, 'python');
/** A busy machine with two cores takes minutes for what takes seconds on a free one. */
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

let trainers: Trainers;
let folder = '';
let weights = '';

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const setOf = (trainer: string, form: string): string => join(folder, `${trainer}-${form}`);

/** Nothing is fetched or reported by a trainer, nothing is cached elsewhere, and no GPU is used where there is one. */
const offline = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...{ HF_HUB_OFFLINE: '1', HF_HOME: join(folder, 'hf'), TOKENIZERS_PARALLELISM: 'false', DO_NOT_TRACK: '1' },
  CUDA_VISIBLE_DEVICES: '',
});

async function proofmill(...words: string[]): Promise<void> {
  const ended = await runCommand({ name: words.join(' '), words, mark });
  expect(ended.code, ended.stderr).toBe(0);
}

/** What a script of ours in Python prints. */
async function printed(script: string, ...words: string[]): Promise<string> {
  const all = ['-W', 'ignore', join(python, script), ...words];
  return (await run(trainers.python, all, { env: offline(), maxBuffer: 1 << 28 })).stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-exports-'));
  trainers = await setUpTrainers(log);
  log(
    'No training: OpenRLHF, which needs flash-attn, and that does not build without CUDA; Axolotl and verl, which are made for GPUs.',
  );
  log(
    'Their own code prepares the rows. NeMo-RL: PyPI has its name alone, so its call of datasets is made and no more.',
  );
  weights = join(folder, 'weights');
  await printed('tiny_weights.py', trainers.weights, weights);
  const out = join(folder, 'out');
  await proofmill('run', join(examples, 'demo.yaml'), '--out', out, '--limit', '60');
  for (const [trainer, form] of pairs) {
    const margin = form === 'scalar' && (trainer === 'trl' || trainer === 'openrlhf') ? ['--margin'] : [];
    const words = ['--for', trainer, '--as', form, '--eval-share', '0.2', '--model', weights, ...margin];
    await proofmill('export', out, ...words, '--to', setOf(trainer, form));
  }
}, 3_600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every set is read as its trainer reads it, with both splits, and by its folder', { timeout }, async () => {
  const seen = (await printed('load_sets.py', weights, ...pairs.map((pair) => setOf(...pair))))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(seen.map(({ set }) => set)).toEqual(pairs.map((pair) => pair.join(' ')));
  for (const [at, { set, rows, folder: byFolder, row, columns, prepared }] of seen.entries()) {
    const [trainer = '', form = ''] = pairs[at] ?? [];
    const manifest = JSON.parse(await readFile(join(setOf(trainer, form), '_MANIFEST.json'), 'utf8'));
    const counted = Object.fromEntries(
      manifest.files.map((file: { split: string; rows: number }) => [file.split, file.rows]),
    );
    expect(rows, set).toEqual(counted);
    expect(byFolder, set).toEqual(counted);
    expect(columns, set).toEqual(Object.keys(row));
    const texts = textsOf(set, row);
    if (texts === undefined) continue;
    const [prompt, ...answers] = texts;
    expect(prepared.prompt.endsWith(`<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n`), set).toBe(true);
    const whole = prepared.answers.map((text: string) => text.trimEnd());
    expect(whole, set).toEqual(answers.map((text) => `${text}<|im_end|>`));
    if (form === 'reasoning') expect(answers[0], set).toMatch(/^<think>[\s\S]*<answer>\n[AB]\n<\/answer>$/);
    if (trainer === 'axolotl') expect(prepared.unknown, set).toEqual([]);
    if (set === 'openrlhf scalar') expect(prepared.margin).toBe(row.margin);
    // The right letter, the other one, and none.
    if (set === 'verl preference') expect(prepared.rewards).toEqual([1, 0, 0]);
  }
});

/** Two steps with a loss and a gradient, which labels that are all masked do not have. */
function expectTwoSteps({ steps, losses, gradients, evaluations }: TwoSteps): void {
  expect(steps).toBe(2);
  for (const figures of [losses, gradients]) {
    expect(figures).toHaveLength(2);
    for (const figure of figures) expect(figure).toBeGreaterThan(0);
  }
  for (const figure of evaluations) expect(figure).toBeGreaterThan(0);
  expect(evaluations).toHaveLength(1);
}

/** Random weights give each of the tokens of the vocabulary the same probability, about. */
const lossOfRandomWeights = Math.log(49_152);

describe('TRL trains two steps on', () => {
  test.each([
    ['preference', 'dpo', Math.LN2],
    ['reasoning', 'sft', lossOfRandomWeights],
    ['scalar', 'reward', null],
  ] as const)('%s, with %s.yaml as it is written', { timeout }, async (form, script, first) => {
    const model = join(folder, `trl-${script}-model`);
    await printedBy({
      program: [trainers.programs.trl, 'trl'],
      words: [
        ...[script, '--config', `${script}.yaml`, '--output_dir', model],
        ...['--max_steps', '2', '--gradient_accumulation_steps', '1', '--bf16', 'false', '--use_cpu', 'true'],
        ...['--eval_steps', '2', '--save_steps', '2', '--logging_steps', '1'],
      ],
      folder: setOf('trl', form),
      environment: offline(),
      timeoutMs: timeout - 10_000,
    });
    const seen = await twoStepsIn(model);
    expectTwoSteps(seen);
    if (first !== null) expect(seen.losses[0]).toBeCloseTo(first, 1);
  });
});

interface Recipe {
  readonly spec: { readonly train: { readonly command: readonly string[] } };
}

/** What every training of LLaMA-Factory here overrides. */
const twoSteps = [
  'max_steps=2',
  'gradient_accumulation_steps=1',
  'bf16=false',
  'use_cpu=true',
  'save_steps=2',
  'logging_steps=1',
];

describe('LLaMA-Factory trains two steps on', () => {
  const train = (set: string, words: readonly string[]): Promise<string> =>
    printedBy({
      program: [trainers.programs['llama-factory'], 'llamafactory-cli'],
      words: ['train', ...words, ...twoSteps],
      folder: set,
      environment: offline(),
      timeoutMs: timeout - 10_000,
    });

  test.each([
    ['llama-factory', 'preference', 'dpo', Math.LN2],
    ['llama-factory', 'reasoning', 'sft', lossOfRandomWeights],
    ['llama-factory', 'scalar', 'rm', null],
    ['gram', 'reasoning', 'sft', lossOfRandomWeights],
  ] as const)('%s, %s, with %s.yaml as it is written', { timeout }, async (trainer, form, stage, first) => {
    const model = join(folder, `${trainer}-${stage}-model`);
    const said = await train(setOf(trainer, form), [`${stage}.yaml`, `output_dir=${model}`, 'eval_steps=2']);
    expect(said).not.toContain('Skipping this abnormal example');
    // It prints the first row as the model sees it, and of that what has a loss.
    if (form === 'reasoning') expect(said).toMatch(/^labels:\n<think>[\s\S]*?<\/answer><\|im_end\|>$/m);
    const seen = await twoStepsIn(model);
    expectTwoSteps(seen);
    if (first !== null) expect(seen.losses[0]).toBeCloseTo(first, 1);
  });

  test('reasoning, as examples/loops/gram-r2.yaml trains its judge, without DeepSpeed', { timeout }, async () => {
    const loops = join(examples, 'loops');
    const { spec } = parse(await readFile(join(loops, 'gram-r2.yaml'), 'utf8')) as Recipe;
    const [, , ...words] = spec.train.command;
    const model = join(folder, 'recipe-model');
    const values = { base: weights, data: setOf('llama-factory', 'reasoning'), out: model, seed: '1' };
    const filled = words.map((word) => word.replace(/\{(\w+)\}/, (_, name: keyof typeof values) => values[name]));
    const here = ['deepspeed=null', 'per_device_train_batch_size=1', 'preprocessing_num_workers=1'];
    await train(loops, [...filled, ...here]);
    const { steps, losses } = await twoStepsIn(model);
    expect(steps).toBe(2);
    expect(losses[0]).toBeCloseTo(lossOfRandomWeights, 1);
  });
});
