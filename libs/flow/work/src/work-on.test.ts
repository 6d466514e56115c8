import {
  type AnswerTo,
  type AskedLine,
  type Engine,
  type EngineRequest,
  itemDigest,
  UnavailableError,
} from '@proofmill/contract';
import { judgeProfile, labelStage, plainCodec } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { virtualClock } from './virtual-clock.fixture.ts';
import { workOn } from './work-on.ts';
import { defaultWorkTimes } from './work-options.ts';

const profile = judgeProfile({ messages: [{ role: 'user', template: '{{ question }}' }] });
const stage = labelStage({ definition: { ...labelStage().definition, profile } });

const lineOf = (question: string): AskedLine => {
  const item = {
    ...{ sourceId: null, source: { file: 'f', line: 1 }, gold: null },
    ...{ prompt: [{ role: 'user', content: question }], responses: ['one', 'other'] },
  };
  // As in different shards.
  return { ask: true, index: 7, digest: itemDigest(item), item, prior: null };
};

type Answering = (text: string, signal: AbortSignal) => Promise<string>;

/** An engine that says `answering` of the text that it is shown. */
const engineOf = (answering: Answering): Engine => ({
  chargesForRequests: false,
  models: async () => null,
  version: async () => null,
  healthy: async () => false,
  holdsBack: () => false,
  async answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
    const text = request.kind === 'chat' ? request.messages.map(({ content }) => content).join() : '';
    const choices = [{ content: await answering(text, signal), reasoning: '', finishReason: 'stop' }];
    const answer = { kind: 'chat', choices, promptTokens: 5, completionTokens: 2, model: 'm' };
    return answer as unknown as AnswerTo<Request>;
  },
});

function begin(lines: readonly AskedLine[], answering: Answering) {
  const clock = virtualClock();
  const stop = new AbortController();
  const replied: number[] = [];
  const worked = workOn(lines, {
    ...{ stage, engine: engineOf(answering), codec: plainCodec, clock, chance: () => 0.5, slots: 2 },
    ...{ stop: stop.signal, abort: stop.signal, times: { ...defaultWorkTimes, engineDownMs: 1000 } },
    onReply: (at) => void replied.push(at),
  });
  return { worked, clock, stop, replied };
}

it('gives the outcome of each item in their order, also where they have one index, and every reply with its item', async () => {
  const { worked, clock, replied } = begin(['q0', 'q1', 'q2', 'q3', 'q4'].map(lineOf), async (text) =>
    text.includes('q1') ? 'nothing' : '<answer>A</answer>',
  );
  const outcomes = await clock.runUntil(worked);
  expect(outcomes).toMatchObject([
    { type: 'done', tokens: { prompt: 5, completion: 2 } },
    { type: 'failed', class: 'no-valid-judgment' },
    { type: 'done' },
    { type: 'done' },
    { type: 'done' },
  ]);
  expect(replied.sort()).toEqual([0, 1, 2, 3, 4]);
});

it('has no outcome of an item that the engine died with, and those of the others', async () => {
  const died = new UnavailableError('engine-died', 'the connection was lost');
  const { worked, clock } = begin(['q0', 'q1', 'q2'].map(lineOf), (text) =>
    text === 'q1' ? Promise.reject(died) : Promise.resolve('<answer>A</answer>'),
  );
  expect(await clock.runUntil(worked)).toMatchObject([{ type: 'done' }, null, { type: 'done' }]);
});

it('asks nothing about no items', async () => {
  expect(await workOn([], {} as Parameters<typeof workOn>[1])).toEqual([]);
});

it('ends with the error of the engine where that is gone', async () => {
  const gone = new UnavailableError('engine-gone', 'no server answers', { runAgainWhen: 'it does' });
  const { worked, clock } = begin([lineOf('q')], () => Promise.reject(gone));
  await expect(clock.runUntil(worked)).rejects.toBe(gone);
});

it('ends where it is when it is stopped', async () => {
  const asked = Promise.withResolvers<void>();
  const { worked, stop } = begin([lineOf('q')], (_, signal) => {
    asked.resolve();
    return new Promise((_answer, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await asked.promise;
  stop.abort(new Error('asked to stop'));
  expect(await worked).toBe('stopped');
});
