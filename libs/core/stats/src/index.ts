export { datasetCard } from './card.ts';
export { binName, grouped, shareCells, statisticCells } from './format.ts';
export type { Estimate } from './intervals.ts';
export type { ConfidenceBin, LabelHealth, SourceHealth, Statistic } from './label-health.ts';
export { labelHealth } from './label-health.ts';
export { visible } from './markdown.ts';
export { healthPicture } from './picture/health-picture.ts';
export { addJoined, addTotals, emptyTotals, withoutTotals } from './totals.ts';
