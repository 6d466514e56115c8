import { describe, expect, it } from 'vitest';
import { goldText, knownShapes, pairlessShapes, recogniseRecord, usual } from './index.ts';
import { fixtures } from './shapes.fixture.ts';
import { usualFixtures } from './usual.fixture.ts';

const place = { source: { file: 'a.jsonl', line: 3 } };
const recognise = (record: object) => recogniseRecord(record, {}, place);

const itemOf = (record: object) => {
  const recognised = recognise(record);
  return 'item' in recognised ? recognised.item : recognised;
};

it.each(knownShapes.map(({ name }) => name))('a record of %s is the item that its card describes', (name) => {
  const { record, item } = fixtures[name] ?? {};
  expect(recognise(record ?? {})).toMatchObject({ flavour: name, item: item ?? {}, reading: { shape: name } });
});

it.each(knownShapes.map((shape) => [shape.name, shape] as const))(
  'a record of %s says what is left out',
  (name, shape) => {
    const recognised = recognise(fixtures[name]?.record ?? {});
    const description = 'reading' in recognised ? recognised.reading.describe() : recognised;
    expect(description).toMatchObject({ shape: name, gold: goldText(shape.gold), source: shape.source });
  },
);

it.each(usual.map((known) => [known.name, known] as const))(
  'a record of %s is read by its usual names',
  (name, known) => {
    const { record, item } = usualFixtures[name] ?? { record: {}, item: {} };
    expect(recognise(record)).toMatchObject({ flavour: known.reading, item });
    for (const column of known.columns) {
      expect(Object.keys(record)).toContain(column);
    }
  },
);

it('has a fixture for each shape and no other', () => {
  expect(Object.keys(usualFixtures).sort()).toEqual(usual.map(({ name }) => name).sort());
  expect(Object.keys(fixtures).sort()).toEqual(knownShapes.map(({ name }) => name).sort());
});

it('reads a record by its columns, whatever their order', () => {
  for (const { record } of Object.values(fixtures)) {
    const turned = Object.fromEntries(Object.entries(record).reverse());
    expect(recognise(turned)).toMatchObject({ item: itemOf(record) });
  }
});

describe('a record without a pair is refused with the way to make one', () => {
  it.each([
    ['KTO', { prompt: 'q', completion: 'a', label: true }],
    ['KTO of messages', { messages: [], kto_tag: true }],
    ['HelpSteer2 ratings', { prompt: 'q', response: 'a', helpfulness: 3, correctness: 4 }],
    ['OpenAssistant messages', { message_id: 'm', parent_id: null, text: 'q', role: 'prompter', message_tree_id: 't' }],
    ['messages of a tree', { id: 'm', parent_id: 'n', text: 'q' }],
    ['question, answer', { question: 'q', answer: 'a', upvotes: 3 }],
  ])('%s', (name, record) => {
    const known = pairlessShapes.find((shape) => shape.name === name);
    expect(recognise(record)).toEqual({ problem: { class: 'no-pair', message: known?.noPair } });
  });
});

it('is not said to have one response where two columns are named as two are', () => {
  expect(recognise({ instruction: 'q', output: '1', orig_response_A: 'x', orig_response_B: 'y' })).toMatchObject({
    problem: {
      class: 'missing-response',
      message: expect.stringContaining('{ prompt: instruction, responses: [orig_response_A, orig_response_B] }'),
    },
  });
});

it('is told of the texts in a list of responses', () => {
  const message = (answers: object[]) =>
    expect.stringContaining(`responses: "answers[*].${Object.keys(answers[0] ?? {})[1]}"`);
  const named = [{ author: 'a name that is long', text: 'x' }];
  const long = [{ author: 'a', written: 'a longer text' }];
  for (const answers of [named, long]) {
    expect(recognise({ question: 'q', answers })).toMatchObject({ problem: { message: message(answers) } });
  }
});

it('is told of its conversation as the prompt', () => {
  const record = { task: 'Code', talk: [{ from: 'user', value: 'q' }], first: 'x', second: 'y' };
  expect(recognise(record)).toMatchObject({
    problem: { message: expect.stringContaining('fields: { prompt: talk, responses: [first, second] }') },
  });
});

describe('a record that can be read in two ways is refused', () => {
  it.each([
    ['two forms of responses', { prompt: 'q', response_A: 'x', response_B: 'y', chosen: 'x', rejected: 'z' }],
    ['two data sets', { prompt: 'q', response_1: 'x', response_2: 'y', winner: 'model_a', preference_strength: 1 }],
  ])('%s', (_name, record) => {
    expect(recognise(record)).toMatchObject({
      problem: { class: 'ambiguous-record', message: expect.stringContaining('spec.corpus.fields') },
    });
  });
});

describe('the usual names, in any data set', () => {
  const responses = ['Five.', 'Four.'];
  it.each([
    ['a list of ratings', { prompt: 'q', responses, ratings: [1, 4.5] }, { responses, gold: 1 }],
    [
      'a list of scores',
      { question: 'q', generations: responses, scores: [2, 2] },
      { responses, gold: null, goldTied: [0, 1] },
    ],
    [
      'ratings inside',
      {
        prompt: 'q',
        responses: [
          { response: 'Five.', rating: 1 },
          { text: 'Four.', rating: 5 },
        ],
      },
      { responses, gold: 1 },
    ],
    [
      'a rating that one lacks',
      { prompt: 'q', responses: [{ text: 'Five.', rating: 1 }, { text: 'Four.' }] },
      { responses, gold: null },
    ],
    [
      'messages, and two answers to them',
      {
        messages: [{ role: 'user', content: 'q' }],
        chosen: { role: 'assistant', content: 'Five.' },
        rejected: { role: 'assistant', content: 'Four.' },
      },
      { prompt: [{ role: 'user', content: 'q' }], responses, gold: 0 },
    ],
  ])('%s', (_name, record, item) => {
    expect(recognise(record)).toMatchObject({ item });
  });

  it('refuses two gold labels', () => {
    expect(recognise({ prompt: 'q', responses, label: 'A', ratings: [1, 2] })).toMatchObject({
      problem: { class: 'ambiguous-record', message: expect.stringContaining('label and ratings') },
    });
  });

  it('refuses two forms of responses with a mapping that leaves one out', () => {
    const record = { prompt: 'q', response_a: 'x', response_b: 'y', chosen: 'a', rejected: 'b' };
    expect(recognise(record)).toMatchObject({
      problem: { message: expect.stringContaining('rejected: rejected, leaveOut: [response_a, response_b] }') },
    });
    const mapping = {
      prompt: 'prompt',
      chosen: 'chosen',
      rejected: 'rejected',
      leaveOut: ['response_a', 'response_b'],
    };
    expect(recogniseRecord(record, mapping, place)).toMatchObject({ item: { responses: ['a', 'b'] } });
  });

  it('refuses encoded turns that lack one', () => {
    const record = { prompt: '["one", "two"]', response_a: '["x", null]', response_b: '["y", "z"]' };
    expect(recognise(record)).toMatchObject({
      problem: { class: 'bad-response', message: expect.stringMatching(/response_a/) },
    });
  });
});
