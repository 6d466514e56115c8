import type { ScoreAnswer, ScoreRequest } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { scoreMemo } from './score-memo.ts';

const requestOf = (text: string): ScoreRequest => ({
  kind: 'score',
  endpoint: 'classify',
  model: 'm',
  messages: [{ role: 'user', content: text }],
  chatTemplateKwargs: {},
});
const answerOf = (score: number): ScoreAnswer => ({ kind: 'score', score, promptTokens: 3, model: 'm' });
const never = new AbortController().signal;

/** An engine whose answers are given by hand. */
function engine() {
  const asked: { text: string; answer: (score: number) => void; fail: (error: Error) => void }[] = [];
  return {
    asked,
    ask: (text: string) => () =>
      new Promise<ScoreAnswer>((resolve, reject) => {
        asked.push({ text, answer: (score) => resolve(answerOf(score)), fail: reject });
      }),
  };
}

describe('a score', () => {
  it('is asked for once, while it is in flight and afterwards', async () => {
    const memo = scoreMemo();
    const { asked, ask } = engine();
    const both = [memo.once(requestOf('x'), never, ask('x')), memo.once(requestOf('x'), never, ask('x'))];
    asked[0]?.answer(1.5);
    expect(await Promise.all(both)).toEqual([answerOf(1.5), answerOf(1.5)]);
    expect(await memo.once(requestOf('x'), never, ask('x'))).toEqual(answerOf(1.5));
    expect(asked).toHaveLength(1);
  });

  it('is asked for separately for another text', async () => {
    const memo = scoreMemo();
    const { asked, ask } = engine();
    const both = [memo.once(requestOf('x'), never, ask('x')), memo.once(requestOf('y'), never, ask('y'))];
    asked[0]?.answer(1);
    asked[1]?.answer(2);
    expect(await Promise.all(both)).toEqual([answerOf(1), answerOf(2)]);
  });

  it('is asked for again by a caller that waited, when the request in flight fails', async () => {
    const memo = scoreMemo();
    const { asked, ask } = engine();
    const first = memo.once(requestOf('x'), never, ask('x'));
    const second = memo.once(requestOf('x'), never, ask('x'));
    asked[0]?.fail(new Error('the engine died'));
    await expect(first).rejects.toThrow('the engine died');
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.answer(7);
    expect(await second).toEqual(answerOf(7));
    expect(await memo.once(requestOf('x'), never, ask('x'))).toEqual(answerOf(7));
  });

  it('is not asked for again by a caller that was aborted meanwhile', async () => {
    const memo = scoreMemo();
    const { asked, ask } = engine();
    const aborted = new AbortController();
    const first = memo.once(requestOf('x'), never, ask('x'));
    const second = memo.once(requestOf('x'), aborted.signal, ask('x'));
    aborted.abort(new Error('no longer wanted'));
    asked[0]?.fail(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await expect(second).rejects.toThrow('no longer wanted');
    expect(asked).toHaveLength(1);
  });

  it('is forgotten when it is the oldest of too many', async () => {
    const memo = scoreMemo(2);
    const { asked, ask } = engine();
    for (const text of ['x', 'y', 'z', 'x']) {
      const score = memo.once(requestOf(text), never, ask(text));
      asked.at(-1)?.answer(1);
      await score;
    }
    expect(asked.map(({ text }) => text)).toEqual(['x', 'y', 'z', 'x']);
  });
});
