import { RetryableError, UnavailableError } from '@proofmill/contract';
import { seedNote } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { bed, minute, type Seen } from './ask-bed.fixture.ts';
import { HandedBackError } from './handed-back.ts';

const never = Number.POSITIVE_INFINITY;
const nothing = (): null => null;
const textOf = ({ request }: Pick<Seen, 'request'>): string => request.messages[0]?.content ?? '';
const isOdd = (seen: Pick<Seen, 'request'>): boolean => textOf(seen) === 'odd';
const numberIn = (seen: Pick<Seen, 'request'>): number => Number(textOf(seen).split(' ')[1]);
const isProbe = ({ request }: Pick<Seen, 'request'>): boolean => request.maxTokens < 1000;
const answeredAll = (results: readonly unknown[]): boolean => results.every((result) => result === 'answered');

describe(`an engine that hangs ${seedNote}`, () => {
  it('ends the worker after twenty minutes', async () => {
    const { askAll, clock, notices, requests } = bed(nothing, { hangs: [{ fromMs: 1000, toMs: never, isLost: true }] });
    const last = (await askAll(400)).at(-1);
    expect(last).toBeInstanceOf(UnavailableError);
    expect(last).toMatchObject({ code: 'engine-gone', message: 'the engine has answered nothing for 20 min' });
    expect(clock.now()).toBeGreaterThan(20 * minute);
    expect(clock.now()).toBeLessThan(21 * minute);
    expect(notices).toHaveLength(1);
    expect(requests()).toBeLessThan(80 + 8 + 130);
  });

  it('is given up at once when the worker drains', async () => {
    const { ask, stop, clock } = bed(nothing, { hangs: [{ fromMs: 0, toMs: never, isLost: true }] });
    const asking = ask('item');
    await clock.runUntil(clock.sleep(3 * minute));
    const stoppedMs = clock.now();
    stop.abort();
    expect(await clock.runUntil(asking)).toBeInstanceOf(HandedBackError);
    expect(clock.now()).toBe(stoppedMs);
  });

  it('gets nothing but harmless requests until it answers', async () => {
    const { askAll, ask, clock, states, timesAsked } = bed(nothing, {
      hangs: [{ fromMs: 10_000, toMs: 5 * minute, isLost: true }],
    });
    await askAll(50);
    await clock.runUntil(clock.sleep(10_000 - clock.now()));
    const asking = [ask('item under way')];
    await clock.runUntil(clock.sleep(minute));
    expect(states.at(-1)).toMatch(/^The engine has answered nothing for \d+ s\.$/);
    asking.push(ask('item that waits'));
    await clock.runUntil(clock.sleep(minute));
    expect(timesAsked('item that waits')).toBe(0);
    expect(await clock.runUntil(Promise.all(asking))).toEqual(['answered', 'answered']);
    expect(clock.now()).toBeLessThan(5 * minute + 30_000);
    expect(states.at(-1)).toBeNull();
  });

  it('is tried with what waits once it has nothing else', async () => {
    const toMs = 5 * minute;
    const { ask, clock } = bed(nothing, { slots: 2, hangs: [{ fromMs: 0, toMs, isLost: true }] });
    const item = new AbortController();
    const aborted = ask('item under way', 1, item.signal);
    await clock.runUntil(clock.sleep(3 * minute));
    const waiting = ask('item that waits');
    item.abort(new Error('its item has failed'));
    expect(await clock.runUntil(aborted)).toBe(item.signal.reason);
    expect(await clock.runUntil(waiting)).toBe('answered');
    expect(clock.now()).toBeLessThan(toMs + 2 * minute + 1000);
  });

  it('and has kept what it was asked is asked once, however slowly it works that off', async () => {
    const under = Array.from({ length: 64 }, (_, item) => `slow ${item}`);
    const { askAll, ask, clock, timesAsked, notices } = bed(nothing, {
      slots: 64,
      hangs: [{ fromMs: 10_000, toMs: 5 * minute, isLost: true }],
      answerMs: (seen) => (textOf(seen).startsWith('slow') ? 5 * minute + 2000 * numberIn(seen) : 100),
    });
    await askAll(400);
    const results = await clock.runUntil(Promise.all(under.map((text) => ask(text))));
    expect(answeredAll(results)).toBe(true);
    expect(notices).toHaveLength(2);
    const mostAsked = Math.max(...under.map((text) => timesAsked(text)));
    expect(mostAsked).toBe(1);
  });

  it('after answers that were just long gets nothing twice before it answers', async () => {
    const { askAll, ask, clock, timesAsked } = bed(nothing, {
      hangs: [{ fromMs: 95_000, toMs: 180_000, isLost: true }],
      answerMs: (seen) => (isOdd(seen) ? 155_000 : isProbe(seen) ? 100 : 5000),
    });
    await askAll(64);
    expect(clock.now()).toBe(40_000);
    expect(await clock.runUntil(ask('odd'))).toBe('answered');
    expect(timesAsked('odd')).toBe(1);
  });

  it('from the start is noticed as well, and over within two minutes', async () => {
    const toMs = 5 * minute;
    const { askAll, clock, notices } = bed(nothing, { hangs: [{ fromMs: 0, toMs, isLost: true }] });
    expect(answeredAll(await askAll(400))).toBe(true);
    expect(notices[0]).toContain('The engine has answered nothing for 2 min.');
    expect(clock.now()).toBeLessThan(toMs + 2 * minute + 5000);
  });

  it('behind a proxy that answers for it with errors is over within half a minute too', async () => {
    const gateway = new RetryableError('engine-error', 'the engine says 502.');
    // Those under way are lost as it begins, and those that come later are refused.
    const { askAll, answersMs } = bed(({ nowMs }) => (nowMs > 1100 && nowMs < 2 * minute ? gateway : null), {
      hangs: [{ fromMs: 1000, toMs: 1100, isLost: true }],
    });
    expect(answeredAll(await askAll(400))).toBe(true);
    expect(answersMs.at(-1)).toBeLessThan(2 * minute + 5000 + 30_000);
  });
});

describe('an engine whose answers take long', () => {
  it('since requests are held back for a rate or a pause does not hang', async () => {
    const { askAll, notices, requests } = bed(nothing, { pausedUntilMs: 10 * minute });
    expect(answeredAll(await askAll(40))).toBe(true);
    expect(notices).toEqual([]);
    expect(requests()).toBe(40);
  });

  it('from the first one is asked once for each, and nothing is said', async () => {
    const { askAll, notices, timesAsked, requests } = bed(nothing, {
      answerMs: (seen) => (isProbe(seen) ? 100 : 20 * minute),
    });
    expect(answeredAll(await askAll(8))).toBe(true);
    expect(notices).toEqual([]);
    expect(timesAsked('item 0')).toBeLessThanOrEqual(1 + 5);
    expect(requests()).toBeLessThanOrEqual(8 + 5);
  });

  it('is asked once for each, too, where it has no time for a harmless request meanwhile', async () => {
    const { askAll, requests } = bed(nothing, {
      hangs: [{ fromMs: 0, toMs: 5 * minute, isLost: true }],
      answerMs: (seen) => (isProbe(seen) ? 100 : 5 * minute + 100_000 * numberIn(seen)),
    });
    expect(answeredAll(await askAll(8))).toBe(true);
    expect(requests(), 'and a harmless one in a minute at most').toBeLessThan(8 + 12);
  });

  it('is asked once for each, too, where the first few are short', async () => {
    const { askAll, notices, requests } = bed(nothing, {
      slots: 32,
      answerMs: (seen) => (numberIn(seen) < 4 ? 2000 : minute),
    });
    expect(answeredAll(await askAll(100))).toBe(true);
    expect(notices).toEqual([]);
    expect(requests()).toBeLessThanOrEqual(100 + 1);
  });

  it('after shorter ones, too', async () => {
    const { askAll, notices, requests } = bed(nothing, {
      answerMs: (seen) => (isProbe(seen) ? 100 : numberIn(seen) < 72 ? 20_000 : 2 * minute),
    });
    expect(answeredAll(await askAll(80))).toBe(true);
    expect(notices).toEqual([]);
    expect(requests()).toBeLessThanOrEqual(80 + 2);
  });

  it('for one item answers it in the end, however long it takes beside others', async () => {
    const { askAll, notices, timesAsked } = bed(nothing, {
      answerMs: (seen) => (isOdd(seen) && !isProbe(seen) ? 12 * minute : 1000),
    });
    expect(answeredAll(await askAll(100, ['odd']))).toBe(true);
    expect(notices).toEqual([]);
    expect(timesAsked('odd')).toBeLessThanOrEqual(4);
  });
});

describe('a request that is never answered', () => {
  const timeoutMs = 30 * minute;
  const overtime = new RetryableError('timeout', 'no answer in time.');

  it('once, while others are, is sent again after ten minutes', async () => {
    const { askAll, clock, timesAsked } = bed((seen) => (isOdd(seen) && seen.times === 0 ? overtime : null), {
      answerMs: (seen) => (isOdd(seen) && seen.times === 0 ? timeoutMs : 5000),
    });
    const results = await askAll(1200, ['odd']);
    expect(answeredAll(results)).toBe(true);
    expect(timesAsked('odd')).toBe(2);
    expect(clock.now()).toBeLessThan(15 * minute);
  });

  it('however often it is sent fails its item, and no other', async () => {
    const isLongest = (seen: Pick<Seen, 'request'>): boolean => isOdd(seen) && !isProbe(seen);
    const { askAll, timesAsked, notices } = bed((seen) => (isLongest(seen) ? overtime : null), {
      answerMs: (seen) => (isLongest(seen) ? timeoutMs : 100),
    });
    const results = await askAll(400, ['odd']);
    expect(results[0]).toMatchObject({ name: 'TerminalError', code: 'timeout' });
    expect(answeredAll(results.slice(1))).toBe(true);
    expect(timesAsked('odd')).toBeLessThanOrEqual(10);
    expect(notices).toEqual([]);
  });
});
