import { spawnSync } from 'node:child_process';
import type { Message } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Comparison } from '../comparison.ts';
import { type DescribedSet, tableOf, type TrainingForm, trainingForms } from './trainer.ts';
import { formOf, type Trainer, trainers } from './trainers.ts';

const system = { role: 'system', content: 'be kind' };
const user = { role: 'user', content: 'why?' };
const assistant = (content: string): Message => ({ role: 'assistant', content });

const comparison: Comparison = {
  ...{ prompt: [system, user], chosen: 'good', rejected: 'bad', certainty: 0.75, scores: [2, 1] },
  argued: { kind: 'proof', isChosenFirst: false, answer: '<think>..</think>' },
};
const ask = ({ chosen, rejected }: Comparison, isChosenFirst: boolean): Message[] => [
  { role: 'user', content: isChosenFirst ? `${chosen}/${rejected}` : `${rejected}/${chosen}` },
];
const rowOf = (trainer: Trainer, form: TrainingForm, hasMargin = false): object =>
  tableOf(formOf(trainer, form), { ask, hasMargin }).rowOf(comparison);

const judged = [{ role: 'user', content: 'bad/good' }];
const answer = assistant('<think>..</think>');
const scored = { score_chosen: 2, score_rejected: 1 };
const ranked = {
  context: [system, user],
  completions: [
    { rank: 0, completion: [assistant('good')] },
    { rank: 1, completion: [assistant('bad')] },
  ],
};
const pair = { prompt: [system, user], chosen: [assistant('good')], rejected: [assistant('bad')] };
const messagePair = { messages: [system, user], chosen: assistant('good'), rejected: assistant('bad') };

/** A row of each form of each trainer; a form that is not here is refused. */
const rows: Readonly<Record<Trainer, Partial<Record<TrainingForm, object>>>> = {
  trl: {
    preference: pair,
    reasoning: { prompt: judged, completion: [answer] },
    scalar: {
      ...{ chosen: [system, user, assistant('good')], rejected: [system, user, assistant('bad')] },
      ...scored,
    },
  },
  'llama-factory': { preference: messagePair, reasoning: { messages: [...judged, answer] }, scalar: messagePair },
  openrlhf: { preference: pair, reasoning: { input: judged, output: [answer] }, scalar: { ...pair, ...scored } },
  axolotl: {
    preference: messagePair,
    reasoning: { messages: [...judged, answer] },
    scalar: { system: 'be kind', input: 'why?', chosen: 'good', rejected: 'bad' },
  },
  verl: {
    preference: {
      ...{ data_source: 'proofmill', prompt: judged, ability: 'judging' },
      reward_model: { style: 'rule', ground_truth: 'B' },
    },
    reasoning: { messages: [...judged, answer] },
  },
  'nemo-rl': { preference: ranked, reasoning: { messages: [...judged, answer] }, scalar: ranked },
  gram: { reasoning: { instruction: 'bad/good', input: '', output: '<think>..</think>' } },
};

const forms = Object.keys(trainingForms) as TrainingForm[];
const all = trainers.flatMap((trainer) =>
  forms.flatMap((form) => (rows[trainer][form] ? [[trainer, form] as const] : [])),
);

describe('a row', () => {
  it.each(all)('for %s, %s', (trainer, form) => {
    expect(rowOf(trainer, form)).toEqual(rows[trainer][form]);
    expect(() => formOf(trainer, form).schema.parse(rowOf(trainer, form))).not.toThrow();
    const { columns } = tableOf(formOf(trainer, form), { ask, hasMargin: false });
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(rowOf(trainer, form)));
  });

  it('is of no form that the trainer does not read, and the sentence says which there are', () => {
    for (const trainer of trainers) {
      for (const form of forms) if (!rows[trainer][form]) expect(() => formOf(trainer, form)).toThrow('--as takes');
    }
    expect(() => formOf('verl', 'scalar')).toThrow(
      'verl has no form scalar: with --for verl, --as takes preference and reasoning',
    );
  });

  it('has the margin 2 p - 1 where it is asked for', () => {
    expect(rowOf('trl', 'scalar', true)).toMatchObject({ margin: 0.5 });
    expect(rowOf('openrlhf', 'scalar', true)).toMatchObject({ margin: 0.5 });
  });
});

describe('the files that load a set', () => {
  const model = `a 'model' $(of) "mine": #1`;
  const set: DescribedSet = {
    ...{ model, hasMargin: true, splits: ['train', 'test'] },
    files: { train: ['data/train-0', 'data/train-1'], test: ['data/test-0'] },
  };
  const glue = (trainer: Trainer, form: TrainingForm, described = set) =>
    Object.entries(formOf(trainer, form).glue(described));

  /** The arguments that a shell gives to the first program of a script. */
  function argumentsOf(script: string): string[] {
    const program = /^(deepspeed|python3|torchrun|uv) /m.exec(script.replaceAll('\\\n', ' '))?.[1] ?? '';
    const shown = `${program}() { for each in "$@"; do printf '%s\\n' "$each"; done; }\n${script}`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', shown, '/set/run.sh', '--more'], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return stdout.trimEnd().split('\n');
  }

  it.each(all)('name the model and both splits, as their reader takes them: %s, %s', (trainer, form) => {
    const files = glue(trainer, form);
    expect(formOf(trainer, form).command).toContain(files.at(-1)?.[0]);
    let found = '';
    for (const [path, text] of files) {
      if (path.endsWith('.yaml')) found += JSON.stringify(parse(text));
      if (path.endsWith('.json')) found += JSON.stringify(JSON.parse(text));
      if (path.endsWith('.sh')) found += JSON.stringify(argumentsOf(text));
    }
    expect(found).toContain(JSON.stringify(model).slice(1, -1));
    expect(found).toContain('test');
    expect(found).toContain('train');
  });

  it.each(all)('name no test split where there is none: %s, %s', (trainer, form) => {
    for (const [path, text] of glue(trainer, form, { ...set, splits: ['train'], files: { ...set.files, test: [] } })) {
      if (path.endsWith('.py')) continue;
      expect(text).not.toContain('test');
      expect(text).not.toMatch(/eval[-_. ](dataset|split|steps|strategy)/);
    }
  });

  it('evaluate one row at a time, as they train, where the trainer would take eight', () => {
    for (const [trainer, form] of all.filter(([name]) => name === 'trl' || name === 'llama-factory')) {
      const [path, text] = glue(trainer, form).at(-1) ?? [];
      expect(parse(text ?? ''), path).toMatchObject({ per_device_train_batch_size: 1, per_device_eval_batch_size: 1 });
    }
  });

  it('have a flag or a setting on a line, with what belongs to it', () => {
    const [[, script = ''] = []] = glue('openrlhf', 'preference', { ...set, model: 'org/model' });
    expect(script).toContain(
      'deepspeed \\\n  --module openrlhf.cli.train_dpo \\\n  --model.model_name_or_path org/model \\\n',
    );
    const verl = glue('verl', 'reasoning').find(([path]) => path === 'sft.sh')?.[1];
    expect(verl).toContain(' \\\n  data.messages_key=messages \\\n');
  });

  it('pass on what is added to a script', () => {
    for (const [path, text] of glue('openrlhf', 'scalar')) {
      if (path.endsWith('.sh')) expect(argumentsOf(text).at(-1)).toBe('--more');
    }
  });

  it('switch the margin on where the set has one', () => {
    const [[, script] = []] = glue('openrlhf', 'scalar');
    expect(script).toContain('--model.margin_loss_enable');
    const [[, without] = []] = glue('openrlhf', 'scalar', { ...set, hasMargin: false });
    expect(without).not.toContain('margin');
  });
});
