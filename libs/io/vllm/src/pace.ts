/**
 * Holds the requests of one process to a rate, and to what the server says of its own limits.
 *
 *   rate     Requests and tokens a minute are spread evenly: the next request waits until the ones before have had their share
 *            of the minute. Nothing is saved up while the process is idle, so no minute has more than its share, but for one
 *            request. The tokens of a request are an estimate until it is answered, and are corrected then.
 *   learned  A server that says that nothing is left (x-ratelimit-remaining-requests or -tokens), or answers 429 with
 *            Retry-After, is asked nothing until the time that it names. That is the account's limit, which others share.
 *
 * Requests wait in the order in which they came.
 */
import { type RateHeaders, waitMsOf } from './rate-headers.ts';

export interface Rate {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
}

/** What a request may cost: the tokens of its prompt, about, and the most that its answers may have. */
export interface Expected {
  readonly promptTokens: number;
  readonly answers: number;
  readonly maxTokens: number;
}

interface Turn {
  /** Corrects the estimate by what was spent; 0 of both for a request that failed. */
  settle(spent: { readonly promptTokens: number; readonly completionTokens: number; readonly answers: number }): void;
}

export interface Pace {
  /** Whether nothing limits the next request, and nobody has to count it: there is no rate, and the server asks for no pause. */
  readonly isOpen: boolean;
  /** Resolves when the request may be sent. Rejects with the signal's reason. */
  turn(expected: Expected, signal: AbortSignal): Promise<Turn>;
  /** Takes note of what a reply says of the server's limits. */
  learn(reply: { readonly status: number; readonly header: RateHeaders }): void;
}

interface Waiter {
  readonly expected: Expected;
  readonly admit: (turn: Turn) => void;
}

const minuteMs = 60_000;
/** How fast the mean length of answers follows the answers. */
const meanShare = 0.1;

/** `nowMs` is a clock that never jumps; `wallMs` is the time of day, for dates in headers. */
export function paceOf(
  { requestsPerMinute, tokensPerMinute }: Rate,
  { nowMs, wallMs }: { nowMs: () => number; wallMs: () => number } = {
    nowMs: () => performance.now(),
    wallMs: Date.now,
  },
): Pace {
  const requestMs = requestsPerMinute === undefined ? 0 : minuteMs / requestsPerMinute;
  const tokenMs = tokensPerMinute === undefined ? 0 : minuteMs / tokensPerMinute;
  const waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | undefined;
  let requestsFreeAt = 0;
  let tokensFreeAt = 0;
  let pausedUntil = 0;
  /** Tokens of an answer, on the average; until one is known, the most that it may have. */
  let meanAnswer: number | null = null;

  const admitNext = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (let waiter = waiters[0]; waiter !== undefined; waiter = waiters[0]) {
      const now = nowMs();
      const waitMs = Math.max(requestsFreeAt, tokensFreeAt, pausedUntil) - now;
      if (waitMs > 0) {
        timer = setTimeout(admitNext, Math.ceil(waitMs));
        return;
      }
      waiters.shift();
      requestsFreeAt = Math.max(requestsFreeAt, now) + requestMs;
      waiter.admit(spend(waiter.expected, now));
    }
  };

  const spend = ({ promptTokens, answers, maxTokens }: Expected, now: number): Turn => {
    const reserved = promptTokens + answers * Math.min(maxTokens, meanAnswer ?? maxTokens);
    tokensFreeAt = Math.max(tokensFreeAt, now) + reserved * tokenMs;
    return {
      settle(spent) {
        tokensFreeAt += (spent.promptTokens + spent.completionTokens - reserved) * tokenMs;
        if (spent.answers > 0) {
          const length = spent.completionTokens / spent.answers;
          meanAnswer = meanAnswer === null ? length : meanAnswer + meanShare * (length - meanAnswer);
        }
        admitNext();
      },
    };
  };

  return {
    get isOpen() {
      return requestMs === 0 && tokenMs === 0 && waiters.length === 0 && pausedUntil <= nowMs();
    },
    turn: (expected, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const waiter: Waiter = {
          expected,
          admit(turn) {
            signal.removeEventListener('abort', leave);
            resolve(turn);
          },
        };
        const leave = (): void => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiters.push(waiter);
        if (waiters.length === 1) admitNext();
      }),
    learn({ status, header }) {
      const waitMs = waitMsOf(status, header, wallMs());
      if (waitMs !== null) pausedUntil = Math.max(pausedUntil, nowMs() + waitMs);
    },
  };
}
