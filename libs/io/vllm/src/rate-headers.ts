/** What the headers of a reply say of the server's limits. OpenAI's names; other servers use the same. */

/** By name in lower case. */
export type RateHeaders = (name: string) => string | null;

const longestWaitMs = 600_000;

/** For how long the server is to be asked nothing; null where it does not say. `nowMs` is the time of day. */
export function waitMsOf(status: number, header: RateHeaders, nowMs: number): number | null {
  // A 503 is about a request that finds no room, and says nothing of the others.
  const isRefusal = status === 429;
  const waits = [
    ...(isRefusal ? [millisecondsIn(header('retry-after-ms')), retryAfterMs(header('retry-after'), nowMs)] : []),
    ...['requests', 'tokens'].map((what) => exhausted(what, header, nowMs)),
  ].filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.min(Math.max(...waits, 0), longestWaitMs);
}

function exhausted(what: string, header: RateHeaders, nowMs: number): number | null {
  if (header(`x-ratelimit-remaining-${what}`)?.trim() !== '0') return null;
  return durationMs(header(`x-ratelimit-reset-${what}`), nowMs);
}

const millisecondsIn = (value: string | null): number | null =>
  value !== null && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  return dateMs(value, /GMT$/, nowMs);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `12ms`, `1.5s`, `59.7` (seconds), or a time of day as RFC 3339. */
function durationMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) return dateMs(value, /^\d{4}-\d\d-\d\dT/, nowMs);
  let sum = 0;
  for (const [, number, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(number) * (units[unit] ?? 0);
  }
  return sum;
}

function dateMs(value: string, form: RegExp, nowMs: number): number | null {
  const at = form.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at - nowMs;
}
