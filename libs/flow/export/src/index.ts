export type { ExportedOutput, ExportOptions, NamedFile } from './export-options.ts';
export { unnamedModel } from './export-options.ts';
export type { ReviewManifest } from './export-review.ts';
export { chooseRows, exportReview } from './export-review.ts';
export { exportSet } from './export-set.ts';
export { askWith, judgeOfOutputs } from './judge-profile.ts';
export { checkSet, exportedTo } from './check-set.ts';
export type { SetManifest } from './training-set.ts';
export { rowsOfSplit } from './card.ts';
