import type { Totals } from '@proofmill/contract';
import { differences } from '@proofmill/plan';
import type { Findings } from './findings.ts';

/** The differences between stated and counted totals, as findings. */
export function compareTotals(path: string, stated: Totals, counted: Totals, found: Findings): void {
  for (const difference of differences(stated, counted))
    found.add(path, `its totals are wrong, stated -> counted: ${difference}`);
}
