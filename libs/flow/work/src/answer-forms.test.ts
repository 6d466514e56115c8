import { type ChatChoice, type ChatRequest, ConfigurationError } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import { expect, test } from 'vitest';
import { AnswerForms } from './answer-forms.ts';

const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  ...{ kind: 'chat', model: 'judge', messages: [], n: 1, seed: 1, temperature: 1, topP: 1, maxTokens: 9 },
  chatTemplateKwargs: {},
  regex: '<think>[^<]{1,40}</think>(A|B)',
  ...more,
});
const choice = (content: string, more: Partial<ChatChoice> = {}): ChatChoice => ({
  ...{ content, reasoning: '', finishReason: 'stop' },
  ...more,
});
const good = choice('<think>B is wrong.</think>A');
const bad = choice('Response A is better.');
const times = (count: number, each: ChatChoice): ChatChoice[] => Array.from({ length: count }, () => each);

/** The number of the answer at which the stage is stopped; null where it never is. */
function stoppedAt(choices: readonly ChatChoice[], asked = request()): number | null {
  const forms = new AnswerForms();
  for (const [index, each] of choices.entries()) {
    try {
      forms.note(
        asked,
        { kind: 'chat', choices: [each], promptTokens: null, completionTokens: null, model: 'judge' },
        judgeProfile(),
      );
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toMatch(/ignores the regex of the judge test-judge: 5 of \d+ answers/);
      return index + 1;
    }
  }
  return null;
}

test('an engine that ignores the regex is noticed at the fifth answer, however many match by chance', () => {
  expect(stoppedAt(times(20, bad))).toBe(5);
  expect(stoppedAt([...times(15, good), ...times(5, bad)])).toBe(20);
});

test('an engine that holds to it is not; nor is one whose answers are of another form only later, or seldom', () => {
  expect(stoppedAt(times(500, good))).toBeNull();
  expect(stoppedAt([...times(20, good), ...times(500, bad)])).toBeNull();
  expect(stoppedAt([...times(4, bad), ...times(500, good)])).toBeNull();
});

test('an answer that was cut is no evidence as long as it may have been about to match', () => {
  const length = { finishReason: 'length' };
  expect(stoppedAt(times(500, choice('<think>B is wr', length)))).toBeNull();
  expect(stoppedAt([...times(4, choice('Let me see.', length)), ...times(500, good)])).toBeNull();
  // Nothing that could follow makes these match.
  expect(stoppedAt(times(500, choice('Let me see.', length)))).toBe(5);
});

test('an answer that ended in any other way shows nothing', () => {
  for (const finishReason of ['unknown', 'content_filter', 'abort', 'tool_calls']) {
    expect(stoppedAt(times(500, choice('no', { finishReason })))).toBeNull();
  }
});

test('an answer that a reasoning parser took apart is put together again', () => {
  expect(stoppedAt(times(500, choice('A', { reasoning: 'B is wrong.' })))).toBeNull();
  expect(stoppedAt(times(500, choice('\n\nA', { reasoning: 'x' })), request({ regex: 'A|B' }))).toBeNull();
  expect(stoppedAt(times(500, choice('', { reasoning: 'The reasoning never ended' })))).toBeNull();
  expect(stoppedAt(times(500, choice('A is better.', { reasoning: 'Hm.' })))).toBe(5);
});

test('nothing is concluded without a regex, or from one of another dialect', () => {
  expect(stoppedAt(times(500, bad), { ...request(), regex: undefined } as never)).toBeNull();
  expect(stoppedAt(times(500, bad), request({ regex: '(?i)a|b' }))).toBeNull();
});

test('judges with engines of their own are told apart', () => {
  const forms = new AnswerForms();
  const note = (judge: 'own' | 'first', each: ChatChoice) =>
    forms.note(
      request({ judge }),
      { kind: 'chat', choices: times(4, each), promptTokens: null, completionTokens: null, model: 'judge' },
      judgeProfile(),
    );
  note('own', bad);
  note('first', bad);
  note('first', good);
  expect(() => note('own', bad)).toThrow(ConfigurationError);
});
