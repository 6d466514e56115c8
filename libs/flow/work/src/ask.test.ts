import { ConfigurationError, RefusalError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';
import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { SuspectError } from './ask.ts';
import { bed, minute, type Seen } from './ask-bed.fixture.ts';
import { HandedBackError } from './handed-back.ts';

const status = (code: number): RetryableError => new RetryableError('engine-error', `the engine says ${code}.`);
const overtime = new RetryableError('timeout', 'no answer in time.');
const busy = new RetryableError('busy', 'the engine says 429.', { afterMs: 1000 });
const cut = new UnavailableError('engine-died', 'the connection was reset.');
const unreached = new UnavailableError('engine-unreachable', 'the connection was refused.');
const noKey = new RefusalError('key', 'the engine refuses the key.');
const noCredit = new RefusalError('quota', 'the engine says 402.');
const refused = new TerminalError('bad-request', 'the engine says 400 "no chat template".');

const isOdd = ({ request }: Seen): boolean => request.messages[0]?.content === 'odd';
const answeredAll = (results: readonly unknown[]): boolean => results.every((result) => result === 'answered');

describe(`trouble of the engine ${seedNote}`, () => {
  const kinds = {
    429: busy,
    503: new RetryableError('busy', 'the engine says 503.', { afterMs: 1000 }),
    500: status(500),
    502: status(502),
    504: overtime,
    reset: cut,
    refused: unreached,
    401: noKey,
    'a hang that loses nothing': null,
    'a hang that loses what it is asked': null,
  };
  for (const [name, error] of Object.entries(kinds)) {
    const lengths = error === noKey ? [5000, 50_000] : [5000, minute, 10 * minute];
    for (const lengthMs of lengths) {
      it(`fails no item in ${lengthMs / 1000} s of ${name}, and is over within 30 s`, async () => {
        const fromMs = 1000;
        const toMs = fromMs + lengthMs;
        const isLost = name.includes('loses what');
        const { askAll, notices, answersMs, requests } = bed(
          ({ nowMs }) => (error && nowMs > fromMs && nowMs < toMs ? error : null),
          { hangs: error ? [] : [{ fromMs, toMs, isLost }] },
        );
        expect(answeredAll(await askAll(400))).toBe(true);
        const undisturbedMs = (400 / 8) * 100;
        expect(answersMs.at(-1)).toBeLessThan(toMs + undisturbedMs + 30_000);
        const recoveryMs = (answersMs.find((ms) => ms >= toMs) ?? Number.NaN) - toMs;
        expect(recoveryMs).toBeLessThanOrEqual(30_000);
        process.stdout.write(
          `${lengthMs / 1000} s of ${name}: the next answer came after ${recoveryMs / 1000} s, 400 items took ${requests()} requests\n`,
        );
        if (lengthMs > 10_000) {
          expect(notices, 'said once when it begins, once when it is over').toHaveLength(2);
          expect(notices[0]).toContain(error ? error.message : 'The engine has answered nothing for 25 s.');
          expect(notices[1]).toContain('answers again');
        }
        expect(requests(), 'it is not hammered').toBeLessThan(400 + 100);
      });
    }
  }

  it('is said at once where the engine asks for a long pause', async () => {
    const later = new RetryableError('busy', 'the engine says 429.', { afterMs: 60_000 });
    const { ask, clock, notices, states } = bed(({ times }) => (times === 0 ? later : null));
    const asking = ask('item');
    await clock.runUntil(clock.sleep(1000));
    expect(notices).toEqual([expect.stringContaining('429')]);
    expect(await clock.runUntil(asking)).toBe('answered');
    expect(notices).toHaveLength(2);
    expect(states).toEqual([later.message, null]);
  });

  it('fails no item while half of all requests fail', async () => {
    const draw = chanceOf(testSeed + 1);
    const { askAll } = bed(() => (draw() < 0.5 ? status(500) : null), { slots: 16 });
    expect(answeredAll(await askAll(2000))).toBe(true);
  });

  it('of a kind that ends a job ends it with the words of the engine, after twenty minutes without an answer', async () => {
    for (const error of [status(500), busy, cut]) {
      const { askAll, clock } = bed(({ nowMs }) => (nowMs > 1000 ? error : null));
      const last = (await askAll(400)).at(-1);
      expect(last).toBeInstanceOf(UnavailableError);
      expect(last).toMatchObject({ code: 'engine-gone', message: expect.stringContaining(error.message) });
      expect(clock.now()).toBeGreaterThan(20 * minute);
      expect(clock.now()).toBeLessThan(21 * minute);
    }
  });

  it('ends at once when the worker drains', async () => {
    const { ask, stop, clock } = bed(() => busy);
    const asking = ask('item');
    await clock.runUntil(clock.sleep(5000));
    stop.abort();
    expect(await clock.runUntil(asking)).toBeInstanceOf(HandedBackError);
    expect(clock.now()).toBeLessThan(6000);
  });
});

describe('a worker that drains', () => {
  it('takes the answer that is on its way, and sends nothing more: no further try, no probe, nothing that waits', async () => {
    const failing = ({ request }: Seen) => (request.messages[0]?.content === 'fails' ? status(500) : null);
    const { ask, stop, clock, timesAsked } = bed(failing, { slots: 2 });
    const asking = ['fails', 'answered', 'item 0', 'item 1', 'item 2'].map((text) => ask(text));
    await clock.runUntil(clock.sleep(50));
    stop.abort();
    const handedBack = expect.any(HandedBackError);
    const ends = await clock.runUntil(Promise.all(asking));
    expect(ends).toEqual([handedBack, 'answered', handedBack, handedBack, handedBack]);
    expect([timesAsked('fails'), timesAsked('answered'), timesAsked('item 0')]).toEqual([1, 1, 0]);
  });
});

describe('a refusal', () => {
  it('of everything from the start ends the job after a few requests', async () => {
    for (const error of [noKey, noCredit]) {
      const { askAll, requests } = bed(() => error);
      const results = await askAll(400);
      expect(results.every((result) => result === error)).toBe(true);
      expect(requests()).toBeLessThan(2000);
    }
    const { ask, clock, requests } = bed(() => noKey);
    expect(await clock.runUntil(ask('item'))).toBe(noKey);
    expect(requests()).toBe(2);
  });

  it('of everything in mid-run is waited out for two minutes', async () => {
    const { askAll, clock } = bed(({ nowMs }) => (nowMs > 1000 ? noKey : null));
    expect((await askAll(400)).at(-1)).toBe(noKey);
    expect(clock.now()).toBeGreaterThan(2 * minute);
    expect(clock.now()).toBeLessThan(3 * minute);
  });

  it('of one prompt is the failure of that item, in the words of the engine', async () => {
    const { askAll } = bed((seen) => (isOdd(seen) ? noKey : null));
    const results = await askAll(400, ['odd']);
    expect(answeredAll(results.slice(1))).toBe(true);
    expect(results[0]).toMatchObject({ code: 'bad-request', message: expect.stringContaining(noKey.message) });
  });

  it('as a bad request is the failure of that item at once', async () => {
    const { askAll, timesAsked } = bed((seen) => (isOdd(seen) ? refused : null));
    expect((await askAll(400, ['odd']))[0]).toBe(refused);
    expect(timesAsked('odd')).toBe(1);
  });

  it('as a bad request, of everything, is a mistake of the job', async () => {
    const { askAll } = bed(() => refused);
    const results = await askAll(400);
    expect(results.every((result) => result instanceof ConfigurationError)).toBe(true);
    expect(results[0]).toMatchObject({ message: expect.stringContaining('no chat template') });
  });

  it('as a bad request, of all items of a small corpus and not of a harmless text, is the failure of each', async () => {
    const { askAll } = bed(({ request }) => (request.messages[0]?.content.startsWith('item') ? refused : null));
    expect(await askAll(5)).toEqual([refused, refused, refused, refused, refused]);
  });
});

describe('trouble of one item', () => {
  it('fails it while others are answered, after five failures', async () => {
    for (const [error, code] of [
      [status(500), 'engine-error'],
      [overtime, 'timeout'],
      [cut, 'engine-error'],
    ] as const) {
      const { askAll, timesAsked, notices } = bed((seen) => (isOdd(seen) ? error : null));
      const results = await askAll(2000, ['odd']);
      expect(answeredAll(results.slice(1))).toBe(true);
      expect(results[0]).toMatchObject({ name: 'TerminalError', code });
      expect(timesAsked('odd')).toBe(5);
      expect(notices).toEqual([]);
    }
  });

  it('fails the last item, and the only one of a job: a known-good request is answered meanwhile', async () => {
    for (const others of [20, 0]) {
      const { askAll, ask, clock, timesAsked } = bed((seen) => (isOdd(seen) ? status(500) : null), { slots: 1 });
      await askAll(others);
      expect(await clock.runUntil(ask('odd'))).toMatchObject({ code: 'engine-error' });
      expect(timesAsked('odd')).toBe(5);
      expect(clock.now()).toBeLessThan(minute);
    }
  });

  it('is no failure when the engine answers it later', async () => {
    const { askAll, clock } = bed((seen) => (seen.times < 2 ? status(500) : null), { slots: 4 });
    expect(answeredAll(await askAll(400))).toBe(true);
    expect(clock.now()).toBeLessThan(5 * minute);
  });

  it('makes it a suspect when the engine dies with it', async () => {
    const { askAll } = bed((seen) => (isOdd(seen) ? cut : null), { isHealthy: () => false });
    expect((await askAll(0, ['odd']))[0]).toBeInstanceOf(SuspectError);
  });
});

describe('a busy engine', () => {
  it('is waited for as long as it is busy with anything else', async () => {
    const { askAll, notices } = bed((seen) => (isOdd(seen) && seen.times < 5 ? busy : null));
    expect(answeredAll(await askAll(3000, ['odd']))).toBe(true);
    expect(notices).toEqual([]);
  });

  it('that takes single answers and never so many at once is a wrong configuration', async () => {
    const { ask, clock } = bed(({ request }) => (request.n > 4 ? busy : null));
    const error = await clock.runUntil(ask('item', 8));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: expect.stringContaining('8 answers') });
  });
});
