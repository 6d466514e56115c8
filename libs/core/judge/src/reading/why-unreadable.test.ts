import { expect, test } from 'vitest';
import { type UnreadableAnswer, whyUnreadable } from './why-unreadable.ts';

const answer = (more: Partial<UnreadableAnswer>): UnreadableAnswer => ({
  content: 'I cannot say.',
  reasoning: '',
  finishReason: 'stop',
  ...more,
});

test('says what became of the answers, the most frequent first', () => {
  const answers = [
    answer({}),
    answer({ finishReason: 'length' }),
    answer({ finishReason: 'length', content: '' }),
    answer({ finishReason: 'content_filter', content: '' }),
    answer({ content: '', reasoning: 'Response A is better.' }),
    answer({ content: ' ' }),
  ];
  expect(whyUnreadable(answers, 512)).toBe(
    "2 were cut at sampling.maxTokens (512), 1 was without a verdict, 1 was stopped by the engine's content filter, 1 was reasoning only, without an answer, 1 was empty",
  );
});
