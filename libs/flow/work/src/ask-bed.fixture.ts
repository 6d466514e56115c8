/** One engine, many items, and a clock that jumps: what becomes of requests to an engine in trouble. */
import type { ChatRequest, Engine, EngineRequest } from '@proofmill/contract';
import { chanceOf, testSeed } from '@proofmill/test-kit';
import { askEngine } from './ask.ts';
import { EngineHealth } from './engine-health.ts';
import { slotsOf } from './slots.ts';
import { virtualClock } from './virtual-clock.fixture.ts';

export const minute = 60_000;

export interface Seen {
  readonly request: ChatRequest;
  readonly nowMs: number;
  /** How often this text was asked before. */
  readonly times: number;
}

/** A time in which nothing is answered. What is asked in it, or under way as it begins, is answered in the end, or never. */
interface Hang {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isLost: boolean;
}

interface BedOptions {
  /** Until then the engine holds all requests back. */
  readonly pausedUntilMs?: number;
  readonly slots?: number;
  readonly isHealthy?: (nowMs: number) => boolean;
  readonly hangs?: readonly Hang[];
  /** How long an answer takes. */
  readonly answerMs?: (seen: Omit<Seen, 'nowMs'>) => number;
}

/** An engine that answers after 100 ms, unless `fault` gives it an error for the request. */
export function bed(fault: (seen: Seen) => unknown, options: BedOptions = {}) {
  const { slots: total = 8, isHealthy = () => true, hangs = [], answerMs = () => 100, pausedUntilMs = 0 } = options;
  const clock = virtualClock();
  const chance = chanceOf(testSeed);
  const stop = new AbortController();
  const asked = new Map<string, number>();
  const notices: string[] = [];
  const states: (string | null)[] = [];
  let requests = 0;
  const answersMs: number[] = [];
  const engine: Engine = {
    chargesForRequests: true,
    models: () => Promise.reject(new Error('not for this test')),
    version: async () => null,
    healthy: async () => isHealthy(clock.now()),
    holdsBack: () => clock.now() < pausedUntilMs,
    async answer(request: EngineRequest, signal: AbortSignal) {
      if (request.kind !== 'chat') throw new Error('not for this test');
      if (clock.now() < pausedUntilMs) await clock.sleep(pausedUntilMs - clock.now(), signal);
      requests += 1;
      const text = request.messages[0]?.content ?? '';
      const times = asked.get(text) ?? 0;
      asked.set(text, times + 1);
      await clock.sleep(answerMs({ request, times }), signal);
      for (const hang of hangs) {
        if (clock.now() < hang.fromMs || clock.now() >= hang.toMs) continue;
        await (hang.isLost ? fired(signal) : clock.sleep(hang.toMs - clock.now() + 100, signal));
      }
      signal.throwIfAborted();
      const error = fault({ request, nowMs: clock.now(), times });
      if (error) throw error;
      if (!isProbe(request)) answersMs.push(clock.now());
      return { kind: 'chat', model: 'm', choices: [], promptTokens: 1, completionTokens: 1 } as never;
    },
  };
  const never = new AbortController().signal;
  const health = new EngineHealth({
    engine,
    clock,
    engineDownMs: 20 * minute,
    stop: stop.signal,
    signal: never,
    onTrouble: (sentence) => notices.push(sentence),
    onState: (why) => states.push(why),
  });
  const slots = slotsOf(total);
  const context = {
    engine,
    healthOf: () => health,
    slots,
    place: 0,
    stop: stop.signal,
    clock,
    chance,
  };
  const ask = (text: string, n = 1, signal = never): Promise<'answered' | Error> =>
    askEngine({ request: requestOf(text, n), mayFail: false }, context, signal).then(
      () => 'answered' as const,
      (error: Error) => error,
    );
  return {
    ask,
    clock,
    stop,
    notices,
    states,
    requests: () => requests,
    answersMs,
    timesAsked: (text: string) => asked.get(text) ?? 0,
    /** What becomes of many items that are asked about at once. */
    askAll: (count: number, more: readonly string[] = []) =>
      clock.runUntil(
        Promise.all([...more, ...Array.from({ length: count }, (_, item) => `item ${item}`)].map((text) => ask(text))),
      ),
  };
}

const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const isProbe = ({ maxTokens }: ChatRequest): boolean => maxTokens < 1000;

const requestOf = (text: string, n: number): ChatRequest => ({
  kind: 'chat',
  model: 'm',
  messages: [{ role: 'user', content: text }],
  n,
  seed: 0,
  temperature: 0,
  topP: 1,
  maxTokens: 1000,
  chatTemplateKwargs: {},
});
