/** Checks an output folder using only the folder itself. */
import type { Codec, Store } from '@proofmill/contract';
import { readGenerations, readStoredJob } from '@proofmill/folder';
import { attempt } from './attempt.ts';
import { type CheckedGeneration, checkGeneration } from './check-generation.ts';
import { checkOutput } from './check-output.ts';
import { type CheckedStage, checkStage } from './check-stage.ts';
import { type Finding, findings } from './findings.ts';
import { labelDefinitionOf } from './label-definition.ts';

export interface Verdict {
  readonly job: string;
  /** Every stage of every run is committed, everything is promoted, and each _SUCCESS exists. */
  readonly complete: boolean;
  /** What is wrong: the first findings of `count`. None: the output can be trusted as far as it goes. */
  readonly findings: readonly Finding[];
  readonly count: number;
  readonly stages: readonly CheckedStage[];
  readonly generations: readonly CheckedGeneration[];
}

/**
 * Checks counts against the plan, digests, promoted files and totals. With `deep` also every row: its schema, that each planned
 * id appears once and in order, that it holds what was planned, and that its winner is what its votes say. ConfigurationError
 * when the folder is not an output folder.
 */
export async function verify(options: { store: Store; codec: Codec; deep: boolean }): Promise<Verdict> {
  const { store, codec, deep } = options;
  const job = await readStoredJob(store);
  const found = findings();
  const stages: CheckedStage[] = [];
  const labelled = labelDefinitionOf(job.stages);
  const rowCodec = deep ? codec : null;
  for (const stage of job.stages) stages.push(await checkStage({ store, stage, labelled, found, codec: rowCodec }));
  const generations: CheckedGeneration[] = [];
  for (const generation of (await attempt(found, 'generations', () => readGenerations(store))) ?? [])
    generations.push(await checkGeneration(store, generation, { found, codec: rowCodec }));
  const complete = await checkOutput({ store, job, checked: stages, generations, found });
  return { job: job.name, complete, findings: found.list, count: found.count, stages, generations };
}
