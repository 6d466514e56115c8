/**
 * The engine that serves the routes: it takes accepted work, keeps it in slots for as long as it takes, and loses it where a
 * fault says so. When it dies, it loses everything in flight; refusing what comes after is the listener's part.
 */
import { spoiledAnswer } from '../faults/effects.ts';
import type { Fault } from '../faults/faults.ts';
import { type Answer, type Cancellation, json, lost } from '../wire/call.ts';
import type { Metrics } from '../wire/metrics.ts';
import type { Asked } from '../witness/asked.ts';
import type { RequestLog } from '../witness/request-log.ts';
import type { Slots } from './slots.ts';

/** One finished choice. */
export interface Choice {
  readonly text: string;
  readonly completionTokens: number;
  readonly finishReason: 'stop' | 'length';
  readonly stopReason: string | null;
}

/** An accepted request. */
interface Work {
  readonly asked: Asked;
  readonly promptTokens: number;
  readonly choices: readonly Choice[];
  readonly fault: Fault | null;
  readonly cancellation: Cancellation;
  /** Builds the body of the answer when it is due. */
  readonly build: () => unknown;
}

export interface Speed {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** Multiplies all times. 0 answers at once and takes no slot. */
  readonly timeScale: number;
}

export interface Engine {
  submit(work: Work): Answer | Promise<Answer>;
}

/** Calls `onDeath` after everything in flight has been lost. */
export function createEngine(
  speed: Speed,
  slots: Slots,
  requestLog: RequestLog,
  metrics: Metrics,
  onDeath: () => void,
): Engine {
  /** Each loses one request. */
  const inFlight = new Set<() => void>();

  const die = (): void => {
    for (const lose of [...inFlight]) lose();
    onDeath();
  };

  const keepInSlots = (work: Work, serviceMs: readonly number[]): Promise<Answer> =>
    new Promise((resolve) => {
      const startedAtMs = performance.now();
      const resolveOnce = (answer: Answer): void => {
        inFlight.delete(lose);
        work.cancellation.onCancel = null;
        resolve(answer);
      };
      const sequences = work.choices.map((choice, index) => ({
        serviceMs: serviceMs[index] ?? 0,
        tokens: work.promptTokens + choice.completionTokens,
      }));
      const ticket = slots.enter(sequences, (queueMs) =>
        resolveOnce(finish(work, { latencyMs: performance.now() - startedAtMs, queueMs }, requestLog, metrics)),
      );
      const lose = (): void => {
        ticket.cancel();
        requestLog.aborted(work.asked);
        resolveOnce(lost);
      };
      inFlight.add(lose);
      work.cancellation.onCancel = () => {
        ticket.cancel();
        requestLog.cancelled(work.asked);
        resolveOnce(lost);
      };
    });

  return {
    submit(work) {
      requestLog.accepted(work.asked);
      if (work.fault?.kind === 'death') {
        requestLog.aborted(work.asked);
        die();
        return lost;
      }
      const serviceMs = work.choices.map((_, index) => serviceMsOf(work, index, speed));
      if (serviceMs[0] === 0) return finish(work, { latencyMs: 0, queueMs: 0 }, requestLog, metrics);
      return keepInSlots(work, serviceMs);
    },
  };
}

/** How long a choice stays in its slot. */
function serviceMsOf({ promptTokens, choices, fault }: Work, index: number, speed: Speed): number {
  // The choices of a request share their prompt's cache: the first one pays for it.
  const prefillS = index === 0 ? promptTokens / speed.prefillTokensPerSecond : 0;
  const decodeS = (choices[index]?.completionTokens ?? 0) / speed.decodeTokensPerSecond;
  const faultMs = fault?.kind === 'hang' ? Number.POSITIVE_INFINITY : fault?.kind === 'slow' ? fault.ms : 0;
  return (prefillS + decodeS) * 1000 * speed.timeScale + faultMs;
}

/** The answer of a request whose time has come, unless its fault spoils or loses it. */
function finish(
  work: Work,
  { latencyMs, queueMs }: { latencyMs: number; queueMs: number },
  requestLog: RequestLog,
  metrics: Metrics,
): Answer {
  if (work.fault?.kind === 'reset') {
    requestLog.aborted(work.asked);
    return lost;
  }
  metrics.finished({
    promptTokens: work.promptTokens,
    n: work.choices.length,
    completionTokens: work.choices.reduce((sum, choice) => sum + choice.completionTokens, 0),
    reasons: work.choices.map((choice) => choice.finishReason),
    latencyMs,
    queueMs,
  });
  const answer = json(work.build());
  const spoiled = spoiledAnswer(work.fault, answer);
  if (spoiled) requestLog.aborted(work.asked);
  else requestLog.answered(work.asked);
  return spoiled ?? answer;
}
