import { expect, test } from 'vitest';
import { waitMsOf } from './rate-headers.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const waitMs = (status: number, headers: Record<string, string>) =>
  waitMsOf(status, (name) => headers[name] ?? null, now);
const spent = (what: string, reset: string) => ({
  [`x-ratelimit-remaining-${what}`]: '0',
  [`x-ratelimit-reset-${what}`]: reset,
});

test.each<[string, number, Record<string, string>, number | null]>([
  ['no headers', 200, {}, null],
  ['requests that are left', 200, { 'x-ratelimit-remaining-requests': '7', 'x-ratelimit-reset-requests': '9s' }, null],
  ['no request left', 200, spent('requests', '1s'), 1000],
  ['no token left', 200, spent('tokens', '6m0s'), 360_000],
  ['neither left: the longer of both', 200, { ...spent('requests', '1s'), ...spent('tokens', '12ms') }, 1000],
  ['a reset in plain seconds', 200, spent('requests', '59.5'), 59_500],
  ['a reset as a time of day', 200, spent('tokens', '2026-01-01T00:00:30Z'), 30_000],
  ['a reset that is past', 200, spent('tokens', '2025-12-31T23:59:00Z'), 0],
  ['a reset in no known form', 200, spent('requests', 'soon'), null],
  ['Retry-After in seconds', 429, { 'retry-after': '7' }, 7000],
  ['Retry-After as a date', 429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, 20_000],
  ['Retry-After of an answer', 200, { 'retry-after': '7' }, null],
  ['Retry-After of a full queue', 503, { 'retry-after': '7' }, null],
  ['milliseconds', 429, { 'retry-after-ms': '250' }, 250],
  ['a wait of a day', 429, { 'retry-after': '86400' }, 600_000],
])('%s', (_, status, headers, wait) => {
  expect(waitMs(status, headers)).toBe(wait);
});
