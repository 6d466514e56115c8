import { expect } from 'vitest';
import { checksOf } from './checks.ts';
import { RoleMetrics } from './role-metrics.ts';
import type { Status } from './status.ts';
import type { MeteredRole } from './table.ts';

/** A status that nothing serves, with a clock that the test moves. */
export function statusOf(role: MeteredRole): Status & { readonly clock: { ms: number } } {
  const clock = { ms: 0 };
  return {
    clock,
    url: '',
    metrics: new RoleMetrics(role),
    checks: checksOf({ quietMs: 1000, nowMs: () => clock.ms }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The values of our series in a scrape, by name and labels. Series that are 0 are left out. */
export async function seriesOf({ metrics }: Status): Promise<Readonly<Record<string, number>>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('proofmill_'));
  const series = lines.map((line): [string, number] => {
    const [, name = '', value = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
    return [name, Number(value)];
  });
  expect(series.every(([, value]) => Number.isFinite(value))).toBe(true);
  return Object.fromEntries(series.filter(([, value]) => value !== 0));
}
