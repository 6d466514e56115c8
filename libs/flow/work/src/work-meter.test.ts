import {
  type ChatRequest,
  type Clock,
  type Engine,
  type FailedOutcome,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { workMeter } from './work-meter.ts';

const never = new AbortController().signal;
const request = { kind: 'chat', n: 4 } as ChatRequest;
const answered = { kind: 'chat', choices: [], promptTokens: 1, completionTokens: 1, model: 'm' } as const;

function bed() {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const engine = {
    models: () => Promise.resolve([]),
    answer: () =>
      new Promise((resolve, reject) => {
        pending.push({ resolve: () => resolve(answered), reject });
      }),
  } as unknown as Engine;
  const meter = workMeter({ engine }, clock);
  return {
    meter,
    pending,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the meter around an engine', () => {
  it('counts answers that are under way, and then that they came', async () => {
    const { meter, pending } = bed();
    const asked = [meter.engines.engine.answer(request, never), meter.engines.engine.answer(request, never)];
    expect(meter.read()).toMatchObject({ answers: 0, underWay: 8 });
    pending[0]?.resolve();
    await asked[0];
    expect(meter.read()).toMatchObject({ answers: 4, underWay: 4 });
    pending[1]?.reject(new TerminalError('bad-request', 'no'));
    await expect(asked[1]).rejects.toThrow('no');
    expect(meter.read()).toMatchObject({ answers: 4, underWay: 0, trouble: null });
  });

  it('names the trouble of an engine once no answer has come for a while, until the next one comes', async () => {
    const { meter, pending, pass } = bed();
    const fail = async (): Promise<void> => {
      const asked = meter.engines.engine.answer(request, never);
      pending.at(-1)?.reject(new UnavailableError('engine-unreachable', 'no server answers'));
      await expect(asked).rejects.toThrow();
    };
    await fail();
    expect(meter.read().trouble).toBeNull();
    pass(4000);
    await fail();
    pass(1000);
    expect(meter.read().trouble).toBe('no server answers');
    const asked = meter.engines.engine.answer(request, never);
    pending.at(-1)?.resolve();
    await asked;
    expect(meter.read().trouble).toBeNull();
  });

  it('counts outcomes, but no suspects, which are asked about again', () => {
    const { meter } = bed();
    const failed: Omit<FailedOutcome, 'tokens'> = {
      type: 'failed',
      class: 'bad-request',
      message: '',
      answers: [],
      finishReasons: [],
      votes: [],
    };
    meter.onOutcome({ ...failed, tokens: { prompt: 0, completion: 0 } });
    meter.onOutcome({ type: 'suspect', drive: 1 });
    expect(meter.read()).toMatchObject({ finished: 1, failed: 1 });
  });
});
