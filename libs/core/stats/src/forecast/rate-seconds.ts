import type { EngineAccess } from '@proofmill/contract';
import type { Expected } from './expected-total.ts';

/** How long requests and tokens take at least at a rate; null where there is none, or nothing is known that it counts. */
export function rateSeconds(
  rate: EngineAccess['rate'] | null,
  { requests, tokens }: { readonly requests: Expected | null; readonly tokens: Expected | null },
): { readonly fast: number; readonly slow: number } | null {
  const parts = [
    { perMinute: rate?.requestsPerMinute, total: requests },
    { perMinute: rate?.tokensPerMinute, total: tokens },
  ].flatMap(({ perMinute, total }) =>
    perMinute === undefined || total === null
      ? []
      : [
          {
            fast: (60 * (total.low ?? total.value)) / perMinute,
            slow: (60 * (total.high ?? total.value)) / perMinute,
          },
        ],
  );
  if (parts.length === 0) return null;
  return { fast: Math.max(...parts.map(({ fast }) => fast)), slow: Math.max(...parts.map(({ slow }) => slow)) };
}
