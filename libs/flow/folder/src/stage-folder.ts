import { type StagePaths, type Store, stagePaths } from '@proofmill/contract';

/** What a stage has in the output folder: plan, packs, journals, staged files and manifests. */
export interface StageFolder {
  readonly store: Store;
  readonly paths: StagePaths;
}

export const stageFolder = (store: Store, stage: string): StageFolder => ({ store, paths: stagePaths(stage) });
