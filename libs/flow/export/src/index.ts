export type { ExportedOutput, ExportOptions, NamedFile } from './export-options.ts';
export { exportSet } from './export-set.ts';
export { judgeOfOutputs } from './judge-profile.ts';
export type { SetManifest } from './training-set.ts';
export { rowsOfSplit } from './card.ts';
