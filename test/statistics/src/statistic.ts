import { labelHealth, type Statistic } from '@proofmill/stats';
import { seedNote } from './items.ts';
import type { Judged } from './judged.ts';

/** One statistic of label health. */
export function statistic({ totals }: Pick<Judged, 'totals'>, name: Statistic['name']): Statistic {
  const found = labelHealth(totals).statistics.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no statistic ${name}`);
  return found;
}

export const summaryOf = ({ name, value, low, high, n }: Statistic): string =>
  `${seedNote}: ${name} ${value}, between ${low} and ${high}, n ${n}`;
