import { Unreadable } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { type FieldMapping, idOfRecord, recogniseRecord } from './index.ts';

const place = { source: { file: 'a.jsonl', line: 3 } };
const recognise = (record: unknown, mapping: FieldMapping = {}) => recogniseRecord(record, mapping, place);
const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const pair = { response_A: 'x', response_B: 'y' };

describe('a record becomes an item', () => {
  const cases: [name: string, record: object, mapping: FieldMapping, item: object, flavour: string][] = [
    [
      'question and upper-case responses with a label, as JudgeBench has them',
      {
        pair_id: 'p-1',
        original_id: 7,
        source: 'maths',
        question: 'q',
        response_A: 'x',
        response_B: 'y',
        label: 'B>A',
      },
      {},
      { sourceId: 'p-1', prompt: [user('q')], responses: ['x', 'y'], gold: 1 },
      'JudgeBench',
    ],
    [
      'chosen and rejected texts',
      { id: 12, prompt: 'q', chosen: 'good', rejected: 'bad' },
      {},
      { sourceId: '12', prompt: [user('q')], responses: ['good', 'bad'], gold: 0 },
      'prompt + chosen/rejected',
    ],
    [
      'conversations without a prompt field',
      { chosen: [user('q'), assistant('good')], rejected: [user('q'), assistant('bad')] },
      {},
      { sourceId: null, prompt: [user('q')], responses: ['good', 'bad'], gold: 0 },
      'implicit prompt + chosen/rejected',
    ],
    [
      'a prompt field that repeats the last question of a longer conversation',
      {
        prompt: 'q',
        chosen: [{ role: 'system', content: 's' }, user('q'), assistant('good')],
        rejected: [{ role: 'system', content: 's' }, user('q'), assistant('bad')],
      },
      {},
      { prompt: [{ role: 'system', content: 's' }, user('q')], responses: ['good', 'bad'] },
      'prompt + chosen/rejected',
    ],
    [
      'an explicit prompt of messages with single messages as responses',
      { prompt: [user('q')], chosen: [assistant('good')], rejected: [assistant('bad')] },
      {},
      { prompt: [user('q')], responses: ['good', 'bad'] },
      'prompt + chosen/rejected',
    ],
    [
      'alpaca: the input follows the instruction',
      { instruction: 'Translate', input: 'Haus', response_a: 'house', response_b: 'home' },
      {},
      { prompt: [user('Translate\n\nHaus')], responses: ['house', 'home'], gold: null },
      'instruction + response_a/response_b',
    ],
    [
      'alpaca: an empty input adds nothing',
      { instruction: 'Sing', input: '', response_a: 'la', response_b: 'li' },
      {},
      { prompt: [user('Sing')] },
      'instruction + response_a/response_b',
    ],
    [
      'three responses of three shapes',
      { prompt: 'q', responses: ['x', { text: 'y' }, { role: 'assistant', content: 'z' }], label: 'C' },
      {},
      { responses: ['x', 'y', 'z'], gold: 2 },
      'prompt + responses',
    ],
    ['an empty response is an answer too', { prompt: 'q', ...pair, response_A: '' }, {}, { responses: ['', 'y'] }, ''],
    ['null counts as not given', { prompt: null, question: 'q', ...pair, id: null }, {}, { sourceId: null }, ''],
    [
      'a mapping with dots',
      { data: { q: 'q', answers: ['x', 'y'] }, meta: { key: 'k', best: 'B' } },
      { prompt: 'data.q', responses: 'data.answers', id: 'meta.key', label: 'meta.best' },
      { sourceId: 'k', prompt: [user('q')], responses: ['x', 'y'], gold: 1 },
      'data.q + data.answers',
    ],
    [
      'a field that has a dot in its name',
      { 'a.b': 'q', a: { b: 'other' }, x: '1', y: '2' },
      { prompt: 'a.b', responses: ['x', 'y'] },
      { prompt: [user('q')], responses: ['1', '2'] },
      'a.b + x/y',
    ],
    [
      'half a mapping of chosen and rejected',
      { prompt: 'q', better: 'x', rejected: 'y' },
      { chosen: 'better' },
      { responses: ['x', 'y'], gold: 0 },
      'prompt + better/rejected',
    ],
    ['label: null leaves labels out', { prompt: 'q', ...pair, label: {} }, { label: null }, { gold: null }, ''],
    ['label: null, also for chosen', { prompt: 'q', chosen: 'x', rejected: 'y' }, { label: null }, { gold: null }, ''],
  ];

  it.each(cases)('%s', (_name, record, mapping, item, flavour) => {
    const recognised = recognise(record, mapping);
    expect(recognised).toMatchObject({ item: { source: place.source, ...item } });
    if (flavour !== '') expect(recognised).toMatchObject({ flavour });
  });
});

describe('a record that is no item has a problem that names the field', () => {
  const cases: [name: string, record: unknown, mapping: FieldMapping, failureClass: string, message: RegExp][] = [
    ['a text', 'hello', {}, 'not-an-object', /not an object/],
    ['a list', [pair], {}, 'not-an-object', /not an object/],
    ['no prompt', { text: 'q', ...pair }, {}, 'missing-prompt', /looked for prompt, question, instruction.*"text"/],
    ['a mapped prompt that is missing', { prompt: 'q', ...pair }, { prompt: 'a.b' }, 'missing-prompt', /a\.b/],
    ['a blank prompt', { prompt: ' \n', ...pair }, {}, 'empty-prompt', /prompt/],
    ['no messages', { prompt: [], ...pair }, {}, 'empty-prompt', /prompt/],
    ['a number as prompt', { prompt: 5, ...pair }, {}, 'bad-prompt', /prompt/],
    ['a message without a text', { prompt: [{ role: 'user', content: null }], ...pair }, {}, 'bad-prompt', /number 0/],
    ['no responses', { prompt: 'q', answer: 'x' }, {}, 'missing-response', /response_A \+ response_B.*"answer"/],
    ['one of two', { prompt: 'q', response_A: 'x' }, {}, 'missing-response', /no response_B/],
    ['a null response', { prompt: 'q', response_A: 'x', response_B: null }, {}, 'missing-response', /no response_B/],
    ['one response', { prompt: 'q', responses: ['x'] }, {}, 'too-few-responses', /responses has 1/],
    ['a null in the list', { prompt: 'q', responses: ['x', null] }, {}, 'bad-response', /responses\[1\]/],
    ['a count of responses', { prompt: 'q', responses: 2 }, {}, 'bad-response', /responses is not a list/],
    ['a number as response', { prompt: 'q', ...pair, response_B: 5 }, {}, 'bad-response', /response_B/],
    [
      'a conversation that ends with the user',
      { chosen: [user('q')], rejected: [user('q')] },
      {},
      'bad-response',
      /chosen is of the user/,
    ],
    [
      'conversations that part early',
      { chosen: [user('q'), assistant('x')], rejected: [user('r'), assistant('y')] },
      {},
      'different-prompts',
      /rejected/,
    ],
    ['an unknown label', { prompt: 'q', ...pair, label: 'left' }, {}, 'bad-label', /"left".*label to null/],
    ['a label out of range', { prompt: 'q', ...pair, label: 'C' }, {}, 'bad-label', /label is "C"/],
    ['a label of the wrong type', { prompt: 'q', ...pair, label: { a: 1 } }, {}, 'bad-label', /list or object/],
    ['a contradiction', { prompt: 'q', chosen: 'x', rejected: 'y', label: 'B' }, {}, 'bad-label', /contradicts/],
    ['a mapped id of the wrong type', { prompt: 'q', ...pair, id: {} }, { id: 'id' }, 'bad-id', /id/],
    ['a path into the prototype', { ...pair }, { prompt: 'constructor.name' }, 'missing-prompt', /constructor\.name/],
    ['a path through __proto__', { ...pair }, { prompt: '__proto__.toString' }, 'missing-prompt', /__proto__/],
  ];

  it.each(cases)('%s', (_name, record, mapping, failureClass, message) => {
    expect(recognise(record, mapping)).toEqual({
      problem: { class: failureClass, message: expect.stringMatching(message) },
    });
  });

  const unreadable = new Unreadable('not-text', 'has half of a surrogate pair');
  it.each<[name: string, record: object, mapping: FieldMapping, field: string]>([
    ['the prompt', { prompt: unreadable, ...pair }, {}, 'prompt'],
    ['a message', { prompt: [user('q'), { role: 'user', content: unreadable }], ...pair }, {}, 'prompt[1].content'],
    ['a response', { prompt: 'q', responses: ['x', unreadable] }, {}, 'responses[1]'],
    ['the text of a response', { prompt: 'q', responses: ['x', { text: unreadable }] }, {}, 'responses[1].text'],
    ['the label', { prompt: 'q', responses: ['x', 'y'], label: unreadable }, {}, 'label'],
    ['the id', { prompt: 'q', ...pair, key: unreadable }, { id: 'key' }, 'key'],
    ['a tool', { prompt: 'q', ...pair, mine: [{ name: 'f', x: unreadable }] }, { tools: 'mine' }, 'mine'],
  ])('%s that cannot be read', (_name, record, mapping, field) => {
    expect(recognise(record, mapping)).toEqual({
      problem: { class: 'not-text', message: `${field} has half of a surrogate pair` },
    });
  });

  it('a column with a part that cannot be read is not carried', () => {
    const record = { prompt: 'q', ...pair, meta: { a: [1, unreadable] } };
    expect(recogniseRecord(record, {}, { source: { file: 'f', line: 1 }, carry: ['meta'] })).toEqual({
      problem: { class: 'not-text', message: 'meta has half of a surrogate pair' },
    });
  });

  it('what cannot be read costs nothing where it is not needed', () => {
    const record = {
      prompt: [{ ...user('q'), weight: unreadable }],
      ...pair,
      label: unreadable,
      id: unreadable,
      meta: { a: [unreadable] },
    };
    expect(recognise(record, { label: null })).toMatchObject({
      item: { sourceId: null, prompt: [user('q')], responses: ['x', 'y'] },
    });
  });

  it('names at most twelve fields, each cut', () => {
    const record = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`${'\u0007'.repeat(300)}${index}`, 1]),
    );
    const recognised = recognise(record);
    expect('problem' in recognised && recognised.problem.message.length).toBeLessThan(4000);
    expect(recognised).toMatchObject({ problem: { message: expect.stringMatching(/and 4988 more/) } });
  });
});

it.each<[record: unknown, mapping: FieldMapping, id: string | null]>([
  [{ id: 7, prompt: 'q' }, {}, '7'],
  [{ key: 'k', id: 'i' }, { id: 'key' }, 'k'],
  [{ question: { id: 'deep' } }, {}, 'deep'],
  [{ id: '' }, {}, null],
  [{ id: { a: 1 } }, {}, null],
  [['id'], {}, null],
  [null, {}, null],
])('a record that is no item has an id all the same: %j', (record, mapping, id) => {
  expect(idOfRecord(record, mapping)).toBe(id);
});

describe('an id that a number would change', () => {
  const texts: Readonly<Record<string, string>> = { id: '1e400', weight: '0.10', key: 'ff01' };
  const written = { at: (path: string) => texts[path] };
  const infinite = new Unreadable('not-a-number', 'is NaN or infinite, which is no number');
  const bytes = new Unreadable('not-text', 'holds bytes that are not text');
  const record = { id: infinite, key: bytes, weight: 0.1, count: 2, prompt: 'q', chosen: 'x', rejected: 'y' };

  it('is the text of the file, also where no number can hold it, and costs the record nothing', () => {
    const id = (mapping: FieldMapping) => recogniseRecord(record, mapping, { ...place, written });
    expect(id({})).toMatchObject({ item: { sourceId: '1e400' } });
    expect(id({ id: 'weight' })).toMatchObject({ item: { sourceId: '0.10' } });
    expect(id({ id: 'key' })).toMatchObject({ item: { sourceId: 'ff01' } });
    expect(idOfRecord(record, { id: 'key' }, written)).toBe('ff01');
  });

  it('is no id where the file holds no number and no bytes: NaN', () => {
    expect(recogniseRecord(record, {}, place)).toMatchObject({ item: { sourceId: null } });
    expect(recogniseRecord(record, { id: 'id' }, place)).toMatchObject({ problem: { class: 'not-a-number' } });
  });

  it('is carried as it is written, too', () => {
    const carry = ['weight', 'key', 'count'];
    expect(recogniseRecord(record, {}, { ...place, carry, written })).toMatchObject({
      item: {
        carried: [
          { type: 'number', value: '0.10' },
          { type: 'text', value: 'ff01' },
          { type: 'number', value: '2' },
        ],
      },
    });
    expect(recogniseRecord(record, {}, { ...place, carry })).toMatchObject({ problem: { class: 'not-text' } });
  });
});
