import { type StagePaths, type Store, stagePaths } from '@proofmill/contract';
import { damaged } from './damage.ts';

/** What a stage has in the output folder: plan, packs, journals, staged files and manifests. */
export interface StageFolder {
  readonly store: Store;
  readonly paths: StagePaths;
  /** Name of the stage. */
  readonly stage: string;
  /** The run that plan and manifests have to belong to; undefined where stage.json was not read yet. */
  readonly run: string | undefined;
}

export const stageFolder = (store: Store, stage: string, run?: string): StageFolder => ({
  store,
  paths: stagePaths(stage),
  stage,
  run,
});

/**
 * An object that was read in a stage's folder, unless it belongs elsewhere: its seal vouches for what it says, and not for where
 * it lies. IntegrityError where it is that of another run or shard.
 */
export function inItsPlace<Stored extends { readonly run: string; readonly shard?: number }>(
  { store, run }: StageFolder,
  path: string,
  stored: Stored,
  shard?: number,
): Stored {
  if (run !== undefined && stored.run !== run)
    throw damaged(
      store,
      path,
      `belongs to run ${stored.run}, and stage.json to run ${run}: one of them is out of its place`,
    );
  if (shard !== undefined && stored.shard !== shard) {
    throw damaged(store, path, `is that of shard ${stored.shard}, put in the place of shard ${shard}`);
  }
  return stored;
}
