/** Runs a job of a loop in this process, and serves its judge and its prover when their stages begin. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, type LoopSpec, UnavailableError } from '@proofmill/contract';
import type { Progress } from '@proofmill/coordinator';
import { servedByLoop } from '@proofmill/rounds';
import type { Shutdown } from '@proofmill/runtime';
import type { Models } from '@proofmill/training';
import { enginesOf, refuseMissingAccess } from '../engines.ts';
import { runLocal } from '../executors/local.ts';
import type { Serving } from './serving.ts';

export interface JobPlace {
  readonly spec: LoopSpec;
  /** The folder of the loop file. */
  readonly baseDir: string;
  readonly out: string;
  readonly modelOf: (model: Models['judge']) => string;
  readonly serving: Serving;
  readonly shutdown: Shutdown;
  readonly progress: Progress;
}

/** Whether the job is done; false where it was stopped. `folder`: where its corpus starts; null: beside the loop file. */
export async function runLoopJob(
  job: Job,
  folder: string | null,
  models: Models,
  { spec, baseDir, out, modelOf, serving, shutdown, progress }: JobPlace,
): Promise<boolean> {
  const output = join(out, job.spec.output.uri);
  await mkdir(output, { recursive: true });
  const placed: Job = { ...job, spec: { ...job.spec, output: { ...job.spec.output, uri: output } } };
  const jobFile = { job: placed, baseDir, ...(folder === null ? {} : { corpusDir: join(out, folder) }) };
  refuseMissingAccess(jobFile);
  using engines = enginesOf(placed, baseDir, progress.report);
  const coordinated = await runLocal({
    jobFile,
    async enginesOf(stage, definition) {
      if (stage.engine.baseUrl !== servedByLoop) return engines.ofWorkers(stage, definition);
      const [model, engine] =
        stage.stage === 'label' ? [models.judge, spec.judge.engine] : [models.prover, spec.prover?.engine];
      if (!model || !engine) throw new RangeError(`stage ${stage.name} has no model`);
      const log = join(out, 'logs', `${job.spec.output.uri.replaceAll('/', '-')}-${stage.name}-server`);
      const baseUrl = await serving.addressOf({ engine, model: modelOf(model), name: stage.engine.model, log });
      return engines.ofWorkers({ ...stage, engine: { ...stage.engine, baseUrl } }, definition);
    },
    stop: AbortSignal.any([shutdown.stop, serving.failed]),
    abort: AbortSignal.any([shutdown.abort, serving.failed]),
    progress,
  }).finally(progress.rest);
  if (coordinated.ended === 'done') return true;
  if (serving.failed.aborted) throw serving.failed.reason;
  if (coordinated.ended === 'stopped') return false;
  throw new UnavailableError('limit', `${job.spec.output.uri} has reached a limit: ${coordinated.reason}`);
}
