/**
 * The engine behind the routes: takes accepted work, keeps it in slots as long as it takes, and loses it where a fault says
 * so. It is alive or dead; a dead one has lost everything in flight and takes nothing.
 */
import type { Capacity } from './slots.ts';
import type { Fault } from '../faults/faults.ts';
import type { Metrics } from '../wire/metrics.ts';
import { type Answer, type Cancellation, json, lost } from '../wire/call.ts';
import type { Asked, Witness } from '../witness/request-log.ts';

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
  /** The body of the answer, built when it is due. */
  readonly build: () => unknown;
}

/** How fast the engine is. */
export interface Speed {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** Multiplies all times. 0: answers at once, and takes no slot. */
  readonly timeScale: number;
}

/** The engine. */
export interface Engine {
  submit(work: Work): Answer | Promise<Answer>;
  /** Loses everything in flight. */
  die(): void;
}

/** `onDeath` is called after everything in flight has been lost. */
export function createEngine(
  speed: Speed,
  capacity: Capacity,
  witness: Witness,
  metrics: Metrics,
  onDeath: () => void,
): Engine {
  const inFlight = new Set<() => void>();

  const die = (): void => {
    for (const lose of [...inFlight]) lose();
    onDeath();
  };

  const finish = (work: Work, latencyMs: number, queueMs: number): Answer => {
    const kind = work.fault?.kind;
    if (kind === 'reset') {
      witness.aborted(work.asked);
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
    if (answer.kind === 'answer' && (kind === 'garbage' || kind === 'truncated')) {
      witness.aborted(work.asked);
      const body =
        kind === 'garbage' ? '<html>upstream said nothing</html>' : answer.body.slice(0, answer.body.length / 2);
      return { ...answer, body };
    }
    witness.answered(work.asked);
    return answer;
  };

  const serviceMs = (work: Work, choice: number): number => {
    // The choices of a request share their prompt's cache: the first one pays for it.
    const prefillS = choice === 0 ? work.promptTokens / speed.prefillTokensPerSecond : 0;
    const decodeS = (work.choices[choice]?.completionTokens ?? 0) / speed.decodeTokensPerSecond;
    const faultMs =
      work.fault?.kind === 'hang' ? Number.POSITIVE_INFINITY : work.fault?.kind === 'slow' ? work.fault.ms : 0;
    return (prefillS + decodeS) * 1000 * speed.timeScale + faultMs;
  };

  return {
    die,
    submit(work) {
      witness.accepted(work.asked);
      if (work.fault?.kind === 'death') {
        witness.aborted(work.asked);
        die();
        return lost;
      }
      const first = serviceMs(work, 0);
      if (first === 0) return finish(work, 0, 0);
      const startedAtMs = performance.now();
      return new Promise((resolve) => {
        const settle = (answer: Answer): void => {
          inFlight.delete(lose);
          work.cancellation.onCancel = null;
          resolve(answer);
        };
        const ticket = capacity.enter(
          work.choices.map((choice, index) => ({
            serviceMs: index === 0 ? first : serviceMs(work, index),
            tokens: work.promptTokens + choice.completionTokens,
          })),
          (queueMs) => settle(finish(work, performance.now() - startedAtMs, queueMs)),
        );
        const lose = (): void => {
          ticket.cancel();
          witness.aborted(work.asked);
          settle(lost);
        };
        inFlight.add(lose);
        work.cancellation.onCancel = () => {
          ticket.cancel();
          witness.cancelled(work.asked);
          settle(lost);
        };
      });
    },
  };
}
