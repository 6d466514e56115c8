import { outputPaths, type Store, stagePaths, type Totals } from '@proofmill/contract';
import { addTotals, emptyTotals } from '@proofmill/merge';
import { readEnd, readEntry, readManifest } from '@proofmill/plan';
import { readStoredJob } from './stages.ts';

export interface StageStatus {
  readonly stage: string;
  readonly run: string;
  /** waiting: not begun; planning: the corpus is being read; running; done. */
  readonly phase: 'waiting' | 'planning' | 'running' | 'done';
  readonly shards: number;
  readonly committedShards: number;
  /** Records planned so far. */
  readonly records: number;
  /** Of the committed shards. */
  readonly totals: Totals;
}

export interface Status {
  readonly job: string;
  readonly complete: boolean;
  readonly stages: readonly StageStatus[];
}

/** How far a job has come, from its output folder alone. ConfigurationError when it is not an output folder. */
export async function status(store: Store): Promise<Status> {
  const job = await readStoredJob(store);
  const stages: StageStatus[] = [];
  for (const stage of job.stages) {
    const paths = stagePaths(stage.definition.name);
    const end = await readEnd(store, paths);
    const begun = (await store.read(paths.start)) !== null;
    const totals = emptyTotals();
    let committedShards = 0;
    let records = 0;
    let shard = 0;
    for (; end ? shard < end.shards : true; shard += 1) {
      const stored = end ? null : await readEntry(store, paths, shard);
      if (!end && !stored) break;
      records += stored?.entry.records ?? 0;
      const manifest = await readManifest(store, paths, shard);
      if (!manifest) continue;
      committedShards += 1;
      addTotals(totals, manifest.totals);
    }
    const done = end !== null && committedShards === end.shards;
    stages.push({
      stage: stage.definition.name,
      run: stage.run,
      phase: !begun ? 'waiting' : done ? 'done' : end ? 'running' : 'planning',
      shards: shard,
      committedShards,
      records: end?.records ?? records,
      totals,
    });
  }
  return { job: job.name, complete: (await store.read(outputPaths.success)) !== null, stages };
}
