import { expect, it } from 'vitest';
import { awaitEngine } from './await-engine.ts';
import { virtualClock } from './virtual-clock.fixture.ts';
import { defaultWorkTimes } from './work-options.ts';

const never = new AbortController().signal;

/** An engine that takes questions and answers none before `fromMs`. */
function bed(fromMs: number) {
  const clock = virtualClock();
  const stop = new AbortController();
  const notices: string[] = [];
  let questions = 0;
  const engine = {
    async models(signal: AbortSignal) {
      questions += 1;
      if (clock.now() < fromMs) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw signal.reason;
      }
      return null;
    },
    version: async () => 'its version',
  };
  const options = {
    ...{ clock, stop: stop.signal, times: defaultWorkTimes, engine, firstEngine: engine },
    stage: { definition: { kind: 'label', engine: { model: 'm' }, sampling: {} } },
    onTrouble: (sentence: string) => notices.push(sentence),
    onEngineTrouble: () => undefined,
  };
  return { clock, stop, notices, questions: () => questions, awaiting: awaitEngine(options as never, never) };
}

it('an engine that takes questions and answers none at the start is given up as one that is away', async () => {
  const { clock, notices, questions, awaiting } = bed(Number.POSITIVE_INFINITY);
  await expect(clock.runUntil(awaiting)).rejects.toMatchObject({ code: 'engine-hangs' });
  expect(clock.now()).toBeLessThan(2 * defaultWorkTimes.engineWaitMs);
  expect(questions()).toBeLessThan(10);
  expect(notices).toEqual([expect.stringContaining('has not answered for 15 s.')]);
});

it('an engine that hung as it started is asked again', async () => {
  const { clock, awaiting } = bed(30_000);
  expect(await clock.runUntil(awaiting)).toMatchObject({ own: 'its version' });
  expect(clock.now()).toBeLessThan(30_000 + 20_000);
});

it('a worker that is stopped does not wait for an engine that hangs', async () => {
  const { clock, stop, awaiting } = bed(Number.POSITIVE_INFINITY);
  await clock.runUntil(clock.sleep(5000));
  stop.abort();
  expect(await awaiting).toEqual({ own: null, first: null });
  expect(clock.now()).toBe(5000);
});
