/** The job of an output folder: from the folder alone, or from its job file, which also knows addresses, keys, fleet and limits. */
import { resolve } from 'node:path';
import {
  ConfigurationError,
  engineAt,
  type FailureClass,
  failureClasses,
  IntegrityError,
  jobSchema,
  type StageDefinition,
  type Store,
} from '@proofmill/contract';
import { jobOf } from '@proofmill/coordinator';
import { readJobIdentity, readStoredJob, stageFolder } from '@proofmill/folder';
import type { JobFile } from '@proofmill/job-files';
import { InvalidArgumentError } from '@proofmill/runtime';
import { definitionsOf } from './definitions.ts';

export interface StoredJobFlags {
  readonly job?: string;
  readonly engine?: string;
  readonly slots?: number;
}

export interface JobOfOutput {
  /** The job, with the output folder that was named. */
  readonly jobFile: JobFile;
  /** The stages as the job file defines them now; null without a job file. */
  readonly definitions: readonly StageDefinition[] | null;
}

/** ConfigurationError where `out` is no output folder, or the job file is wrong. */
export async function jobOfOutput(out: string, store: Store, flags: StoredJobFlags): Promise<JobOfOutput> {
  const { engine, slots } = flags;
  const { jobFile, definitions } = flags.job === undefined ? await fromFolder(store) : await fromFile(flags.job, store);
  const { job, baseDir } = jobFile;
  const pipeline = job.spec.pipeline.map((stage) => ({
    ...stage,
    engine: engine === undefined ? stage.engine : engineAt(stage.engine, engine),
    fleet: { ...stage.fleet, ...(slots === undefined ? {} : { slots }) },
  }));
  const spec = {
    ...job.spec,
    pipeline,
    output: { ...job.spec.output, uri: out.includes('://') ? out.replace(/\/+$/, '') : resolve(out) },
  };
  return { jobFile: { job: { ...job, spec }, baseDir }, definitions };
}

async function fromFile(path: string, store: Store): Promise<JobOfOutput> {
  const jobFile = await jobOf(path, {});
  const { job } = jobFile;
  const definitions = await definitionsOf(jobFile);
  const { name, pipeline } = await readStoredJob(store);
  const given = job.spec.pipeline.map((stage) => stage.name);
  if (name !== job.metadata.name || pipeline.join() !== given.join()) {
    throw new ConfigurationError(
      `${path} is another job: it is named ${job.metadata.name} and has the stages ${given.join(', ')}; that of the output folder is named ${name} and has ${pipeline.join(', ')}`,
    );
  }
  return { jobFile, definitions };
}

async function fromFolder(store: Store): Promise<JobOfOutput> {
  const { name, pipeline } = await readStoredJob(store);
  const folder = stageFolder(store, pipeline[0] ?? '');
  const identity = (await readJobIdentity(folder)) as Readonly<Record<string, unknown>> | undefined;
  const { corpus, pipeline: stages, output, health } = identity ?? {};
  const job = jobSchema.safeParse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name },
    spec: { corpus, pipeline: stages, output, ...(health ? { health } : {}) },
  });
  if (!job.success) {
    throw new IntegrityError(`${folder.paths.job} is not a job of this version; give the job file with --job`, {
      cause: job.error,
    });
  }
  return { jobFile: { job: job.data, baseDir: process.cwd() }, definitions: null };
}

/** A value of --class. */
export function failureClass(text: string, before: readonly FailureClass[] | undefined): FailureClass[] {
  const name = Object.keys(failureClasses).find((known) => known === text) as FailureClass | undefined;
  if (!name) {
    throw new InvalidArgumentError(`It must be a class of failure, one of: ${Object.keys(failureClasses).join(', ')}.`);
  }
  return [...(before ?? []), name];
}
