import { describe, expect, it } from 'vitest';
import { type FieldMapping, recogniseRecord } from './index.ts';
import { assistant, system, user } from './shapes.fixture.ts';

const place = { source: { file: 'a.jsonl', line: 3 } };
const recognise = (record: unknown, mapping: FieldMapping = {}) => recogniseRecord(record, mapping, place);
const call = (state: string) => ({ type: 'function', function: { name: 'light', arguments: `{"state":"${state}"}` } });

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
