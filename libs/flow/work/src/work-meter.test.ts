import { type ChatRequest, type Engine, type FailedOutcome, TerminalError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { workMeter } from './work-meter.ts';

const never = new AbortController().signal;
const request = { kind: 'chat', n: 4 } as ChatRequest;
const answered = { kind: 'chat', choices: [], promptTokens: 1, completionTokens: 1, model: 'm' } as const;

function bed() {
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const engine = {
    chargesForRequests: false,
    models: () => Promise.resolve([]),
    answer: () =>
      new Promise((resolve, reject) => {
        pending.push({ resolve: () => resolve(answered), reject });
      }),
  } as unknown as Engine;
  const meter = workMeter({ engine });
  return { meter, pending };
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

  it('says why the engine answers nothing as long as the worker says so', () => {
    const { meter } = bed();
    meter.onEngineTrouble('no server answers');
    expect(meter.read().trouble).toBe('no server answers');
    meter.onEngineTrouble(null);
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
    meter.onOutcome({ ...failed, tokens: { prompt: 0, completion: 0 } }, { takenOver: false });
    meter.onOutcome({ type: 'suspect', drive: 1 }, { takenOver: true });
    expect(meter.read()).toMatchObject({ finished: 1, failed: 1, takenOver: { items: 0, tokens: 0 } });
    meter.onOutcome({ ...failed, tokens: { prompt: 30, completion: 12 } }, { takenOver: true });
    expect(meter.read()).toMatchObject({ finished: 2, takenOver: { items: 1, tokens: 42 } });
  });
});
