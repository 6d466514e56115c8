/** The jobs of a round, as `proofmill run` would take them. */
import { type Job, jobSchema, type LoopEngine, type LoopSpec } from '@proofmill/contract';
import type { BatchFiles } from './batch.ts';

/** The names that the engines of a loop serve its weights under. */
export interface ServedNames {
  readonly judge: string;
  readonly prover: string;
}

/** A model that the loop itself serves has its address only while it runs. */
export const servedByLoop = 'served:';

/** The name of the weights that a round has trained, or of the reference beside them. */
export function servedName(
  loop: string,
  of: 'judge' | 'prover',
  { model }: LoopEngine,
  round: number | 'reference',
): string {
  return model?.replaceAll('{round}', String(round)) ?? `${loop}-${of}-${round}`;
}

interface JobOfRound {
  readonly name: string;
  readonly spec: LoopSpec;
  readonly served: ServedNames;
  readonly out: string;
}

/** Labels a batch, and proves the kept labels where the loop has a prover. */
export function labelJob(given: JobOfRound, batch: BatchFiles): Job {
  const { spec } = given;
  return jobOf(given, batch.corpus, [labelStage(given), ...(spec.prover ? proveStage(given) : [])]);
}

/** Labels the pairs of a batch that are held out: nobody trains on them, so they need no proof. */
export const heldOutJob = (given: JobOfRound, batch: BatchFiles): Job =>
  jobOf(given, batch.corpus, [labelStage(given)]);

/** Proves gold labels. */
export const proveJob = (given: JobOfRound, batch: BatchFiles): Job => jobOf(given, batch.corpus, proveStage(given));

/** Labels the pairs of an evaluation. */
export function evaluationJob(given: JobOfRound, { corpus, votes }: LoopSpec['evaluations'][number]): Job {
  const stage = labelStage(given);
  return jobOf(given, corpus, [{ ...stage, ...(votes ? { votes } : {}) }]);
}

function labelStage({ spec, served }: JobOfRound): Record<string, unknown> {
  const { stage, engine } = spec.judge;
  return { ...stage, stage: 'label', engine: engineOf(engine, served.judge) };
}

function proveStage({ spec, served }: JobOfRound): Record<string, unknown>[] {
  if (!spec.prover) return [];
  const { stage, engine } = spec.prover;
  return [{ ...stage, stage: 'prove', engine: engineOf(engine, served.prover) }];
}

function engineOf({ serve, model: _model, ...engine }: LoopEngine, model: string): Record<string, unknown> {
  return { ...engine, model, ...(serve ? { baseUrl: servedByLoop } : {}) };
}

/** Every part was checked with the loop file; this fills in what a job file may leave out. */
const jobOf = ({ name, out }: JobOfRound, corpus: unknown, pipeline: readonly unknown[]): Job =>
  jobSchema.parse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name },
    spec: { corpus, pipeline, output: { uri: out } },
  });
