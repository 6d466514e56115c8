/** How a share is spread over records: sums that add up over shards and give an interval that knows votes of a record as kin. */
import type { Spread } from '@proofmill/contract';

export const emptySpread = (): Spread => ({ rows: 0, partSquared: 0, partTimesWhole: 0, wholeSquared: 0 });

/** Adds one record with `part` of its `whole`. A record with nothing does not count. */
export function addToSpread(spread: Spread, part: number, whole: number): void {
  if (whole === 0) return;
  spread.rows += 1;
  spread.partSquared += part * part;
  spread.partTimesWhole += part * whole;
  spread.wholeSquared += whole * whole;
}
