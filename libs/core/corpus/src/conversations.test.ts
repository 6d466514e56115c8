import { describe, expect, it } from 'vitest';
import { type FieldMapping, recogniseRecord } from './index.ts';
import { assistant, system, user } from './shapes.fixture.ts';

const place = { source: { file: 'a.jsonl', line: 3 } };
const recognise = (record: unknown, mapping: FieldMapping = {}) => recogniseRecord(record, mapping, place);
const call = (state: string) => ({ type: 'function', function: { name: 'light', arguments: `{"state":"${state}"}` } });

describe('the judge sees the whole conversation, each turn once', () => {
  const long = [user('one'), assistant('two'), user('three')];
  const sides = { chosen: [...long, assistant('good')], rejected: [...long, assistant('bad')] };
  const whole = { prompt: long, responses: ['good', 'bad'], gold: 0 };

  it.each([
    ['the first turn as prompt', { prompt: 'one', ...sides }, whole],
    ['the last turn as prompt', { prompt: 'three', ...sides }, whole],
    ['all turns as prompt', { prompt: long, ...sides }, whole],
    ['no prompt', sides, whole],
    [
      'the last turn again in chosen',
      {
        prompt: long,
        chosen: long.slice(2).concat(assistant('good')),
        rejected: long.slice(2).concat(assistant('bad')),
      },
      whole,
    ],
    [
      'one turn after a first answer',
      {
        prompt: [user('one')],
        chosen: [assistant('two'), user('three'), assistant('good')],
        rejected: [assistant('two'), user('three'), assistant('bad')],
      },
      whole,
    ],
    [
      'raw texts of hh-rlhf',
      {
        chosen: '\n\nHuman: one\n\nAssistant: two\n\nHuman: three\n\nAssistant: good',
        rejected: '\n\nHuman: one\n\nAssistant: two\n\nHuman: three\n\nAssistant: bad',
      },
      whole,
    ],
    ['messages as JSON', { chosen: JSON.stringify(sides.chosen), rejected: JSON.stringify(sides.rejected) }, whole],
    [
      'a text that holds all turns',
      { prompt: 'User: one Assistant: two User: three', ...sides },
      { prompt: [user('User: one Assistant: two User: three')], responses: ['good', 'bad'] },
    ],
    [
      'a column system',
      { system: 'Be brief.', prompt: 'q', chosen: 'x', rejected: 'y' },
      { prompt: [system('Be brief.'), user('q')] },
    ],
    [
      'a system message and the same column',
      {
        system: 'Be brief.',
        chosen: [system('Be brief.'), user('q'), assistant('x')],
        rejected: [system('Be brief.'), user('q'), assistant('y')],
      },
      { prompt: [system('Be brief.'), user('q')] },
    ],
    [
      'a column history',
      { instruction: 'q', history: [['one', 'two']], chosen: 'x', rejected: 'y' },
      { prompt: [user('one'), assistant('two'), user('q')] },
    ],
    [
      'an empty column system',
      { system: '', history: [], prompt: 'q', chosen: 'x', rejected: 'y' },
      { prompt: [user('q')] },
    ],
    [
      'an unusual role',
      { prompt: [{ role: 'critic', content: 'c' }, user('q')], chosen: 'x', rejected: 'y' },
      { prompt: [{ role: 'critic', content: 'c' }, user('q')] },
    ],
    [
      'parts of a content',
      { prompt: [{ role: 'user', content: ['a', { type: 'text', text: 'b' }] }], chosen: 'x', rejected: 'y' },
      { prompt: [user('a\n\nb')] },
    ],
    [
      'answers of several turns',
      { prompt: 'q', chosen: [assistant('x'), user('more'), assistant('y')], rejected: [assistant('z')] },
      { prompt: [user('q')], responses: ['Assistant: x\n\nUser: more\n\nAssistant: y', 'z'] },
    ],
    [
      'several chosen and rejected',
      { prompt: 'q', chosen: ['a', 'b'], rejected: ['c'] },
      { responses: ['a', 'b', 'c'], gold: null, goldTied: [0, 1] },
    ],
    [
      'texts that begin alike',
      { chosen: 'The sky is blue.', rejected: 'The sky is green.' },
      { prompt: [user('The sky is')], responses: [' blue.', ' green.'] },
    ],
  ])('%s', (_name, record, item) => {
    expect(recognise(record)).toMatchObject({ item });
  });

  it.each([
    ['another conversation in chosen', { prompt: 'other', ...sides }, 'different-prompts', /chosen\[-1\]\.content/],
    [
      'a last question that differs',
      { chosen: [...long, assistant('x')], rejected: [user('one'), assistant('two'), user('four'), assistant('y')] },
      'different-prompts',
      /rejected/,
    ],
    [
      'a context beside the prompt',
      { prompt: 'q', context: 'the text in question', chosen: 'x', rejected: 'y' },
      'unseen-field',
      /"context".*leaveOut: \[context\].*fields: \{ prompt: \[prompt, context\], chosen: chosen/,
    ],
    [
      'documents beside the prompt',
      { prompt: 'q', documents: [{ text: 'd' }], response_a: 'x', response_b: 'y' },
      'unseen-field',
      /"documents"/,
    ],
    [
      'messages that say more',
      { prompt: 'q', messages: [user('before'), user('q')], chosen: 'x', rejected: 'y' },
      'unseen-field',
      /"messages"/,
    ],
    [
      'texts that begin alike beside another text',
      { chosen: 'The sky is blue.', rejected: 'The sky is green.', query: 'Which colour?' },
      'missing-prompt',
      /prompt: query, chosen: chosen/,
    ],
    [
      'documents of a message',
      { prompt: [{ role: 'user', content: 'q', documents: ['d'] }], chosen: 'x', rejected: 'y' },
      'unseen-field',
      /message 0, has "documents"/,
    ],
    ['texts that begin differently', { chosen: 'Blue.', rejected: 'Green.' }, 'missing-prompt', /begin/],
  ])('refuses %s', (_name, record, failureClass, message) => {
    expect(recognise(record)).toEqual({ problem: { class: failureClass, message: expect.stringMatching(message) } });
  });

  it('lets the prompt count, where the job takes the answers alone', () => {
    const record = { prompt: 'other', ...sides };
    const answers = { chosen: 'chosen[-1].content', rejected: 'rejected[-1].content' };
    expect(recognise(record, answers)).toMatchObject({ item: { prompt: [user('other')], responses: ['good', 'bad'] } });
  });

  it('lets the conversation count, where the job leaves the prompt out', () => {
    const record = { prompt: 'other', ...sides };
    expect(recognise(record, { leaveOut: ['prompt'] })).toMatchObject({ item: whole });
  });

  it('takes a column that repeats what the judge sees for no loss', () => {
    const record = { prompt: 'one', messages: [user('one'), assistant('x')], chosen: 'x', rejected: 'y' };
    expect(recognise(record)).toMatchObject({ item: { prompt: [user('one')] }, reading: { unused: ['messages'] } });
  });

  it('leaves out what the job leaves out, and says so', () => {
    const record = { prompt: 'q', context: 'c', chosen: 'x', rejected: 'y' };
    expect(recognise(record, { leaveOut: ['context'] })).toMatchObject({
      item: { prompt: [user('q')] },
      reading: { leftOut: [{ column: 'context', reason: 'spec.corpus.fields.leaveOut' }] },
    });
  });
});

describe('what a message says beside its content is written into it', () => {
  const answer = (message: object) => ({ prompt: 'q', chosen: [{ role: 'assistant', ...message }], rejected: 'y' });

  it.each([
    ['a tool call', { content: '', tool_calls: [call('on')] }, '[tool call] light({"state":"on"})'],
    [
      'a content and two calls',
      { content: 'Wait.', tool_calls: [call('on'), { name: 'wait', arguments: { s: 1 } }] },
      'Wait.\n\n[tool call] light({"state":"on"})\n[tool call] wait({"s":1})',
    ],
    ['a call of the older form', { content: null, function_call: { name: 'f', arguments: '{}' } }, '[tool call] f({})'],
    [
      'a part that is a call',
      { content: [{ type: 'tool_use', id: 'i', name: 'f', input: { a: 1 } }] },
      '[tool call] f({"a":1})',
    ],
    ['reasoning', { content: 'x', reasoning_content: 'because' }, '[reasoning]\nbecause\n[end of reasoning]\n\nx'],
    [
      'a part that is reasoning',
      {
        content: [
          { type: 'thinking', thinking: 'because' },
          { type: 'text', text: 'x' },
        ],
      },
      '[reasoning]\nbecause\n[end of reasoning]\n\nx',
    ],
    ['a refusal', { content: null, refusal: 'I will not.' }, 'I will not.'],
  ])('%s', (_name, message, text) => {
    expect(recognise(answer(message))).toMatchObject({ item: { responses: [text, 'y'] } });
  });

  it('shows tools, calls and their results', () => {
    const record = {
      tools: [{ name: 'light' }],
      prompt: [user('Light!')],
      chosen: [
        { role: 'assistant', content: null, tool_calls: [call('on')] },
        { role: 'tool', name: 'light', content: 'ok' },
        assistant('Done!'),
      ],
      rejected: [assistant('I cannot.')],
    };
    expect(recognise(record)).toMatchObject({
      item: {
        prompt: [system('The assistant can call these tools:\n{"name":"light"}'), user('Light!')],
        responses: [
          'Assistant: [tool call] light({"state":"on"})\n\ntool: [result of light]\n\nok\n\nAssistant: Done!',
          'I cannot.',
        ],
      },
    });
  });

  it('keeps two different calls apart', () => {
    const side = (state: string) => [{ role: 'assistant', content: '', tool_calls: [call(state)] }];
    const recognised = recognise({ prompt: 'q', chosen: side('on'), rejected: side('off') });
    expect('item' in recognised && new Set(recognised.item.responses).size).toBe(2);
  });

  it('leaves reasoning out where the job says so', () => {
    const record = answer({ content: 'x', reasoning_content: 'because' });
    expect(recognise(record, { leaveOut: ['reasoning_content'] })).toMatchObject({ item: { responses: ['x', 'y'] } });
  });
});

describe('what a judge of texts cannot see is refused by name', () => {
  const parts = [{ type: 'image' }, { type: 'text', text: 'What is it?' }];

  it.each([
    ['a column of images', { images: ['a.jpg'], prompt: 'q', chosen: 'x', rejected: 'y' }, /"images"/],
    ['a part that is an image', { prompt: [{ role: 'user', content: parts }], chosen: 'x', rejected: 'y' }, /"image"/],
    [
      'a part with an address',
      {
        prompt: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'u' } }] }],
        chosen: 'x',
        rejected: 'y',
      },
      /"image_url"/,
    ],
    [
      'an image beside a text',
      { prompt: [{ role: 'user', content: [{ type: 'text', text: 't', image: 'i' }] }], chosen: 'x', rejected: 'y' },
      /"image"/,
    ],
    [
      'sound',
      { prompt: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }], chosen: 'x', rejected: 'y' },
      /"input_audio"/,
    ],
  ])('%s', (_name, record, message) => {
    expect(recognise(record)).toEqual({
      problem: { class: 'not-only-text', message: expect.stringMatching(message) },
    });
  });

  it('names the columns of images ahead of their places in the texts', () => {
    const record = { images: ['a.jpg'], prompt: [{ role: 'user', content: parts }], chosen: 'x', rejected: 'y' };
    expect(recognise(record)).toMatchObject({
      problem: { class: 'not-only-text', message: expect.stringContaining('leaveOut: [images, image]') },
    });
  });

  it('reads the texts where the job leaves the images out', () => {
    const record = { images: ['a.jpg'], prompt: [{ role: 'user', content: parts }], chosen: 'x', rejected: 'y' };
    expect(recognise(record, { leaveOut: ['images', 'image'] })).toMatchObject({
      item: { prompt: [user('What is it?')] },
    });
  });
});
