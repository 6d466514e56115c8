/** Checks an output folder using only the folder itself. */
import type { Codec, Store } from '@proofmill/contract';
import { readStoredJob } from '@proofmill/folder';
import { whyNothingMade } from '@proofmill/stats';
import { checkOutput } from './check-output.ts';
import { type CheckedStage, checkStage } from './check-stage.ts';
import { type Finding, findings } from './findings.ts';

export interface Verdict {
  readonly job: string;
  /** Every stage is committed, everything is promoted, and _SUCCESS exists. */
  readonly complete: boolean;
  /** Why the job has ended without a label, in a sentence; null where it has not. It will not be complete then. */
  readonly nothingMade: string | null;
  /** What is wrong: the first findings of `count`. None: the output can be trusted as far as it goes. */
  readonly findings: readonly Finding[];
  readonly count: number;
  readonly stages: readonly CheckedStage[];
}

export interface VerifyOptions {
  readonly store: Store;
  readonly codec: Codec;
  /** Reads every row as well. */
  readonly deep: boolean;
}

/**
 * Checks counts against the plan, digests, promoted files and totals. With `deep` also every row: its schema, that each planned
 * id appears once and in order, that it holds what was planned, and that its winner is what its votes say. ConfigurationError
 * when the folder is not an output folder.
 */
export async function verify(options: VerifyOptions): Promise<Verdict> {
  const { store, codec, deep } = options;
  const job = await readStoredJob(store);
  const found = findings();
  const stages: CheckedStage[] = [];
  const labelled = job.stages.map(({ definition }) => definition).find(({ kind }) => kind === 'label');
  const label = labelled?.kind === 'label' ? labelled : null;
  let nothingMade: string | null = null;
  for (const [index, stage] of job.stages.entries()) {
    const checked = await checkStage({ store, stage, labelled: label, found, codec: deep ? codec : null });
    stages.push(checked);
    const isDone = checked.planned && checked.committed.length === checked.shards;
    if (isDone) nothingMade ??= whyNothingMade(stage.definition, checked.totals, index === 0);
  }
  const complete = await checkOutput(store, job.stages, stages, found);
  return { job: job.name, complete, nothingMade, findings: found.list, count: found.count, stages };
}
