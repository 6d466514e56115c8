/** Reads a job file, with the fields that the command line gives instead. */
import { dirname, resolve } from 'node:path';
import { ConfigurationError, type Job, jobSchema, stageSpecSchema } from '@proofmill/contract';

export interface JobFile {
  readonly job: Job;
  /** The folder that relative paths of the job start at. */
  readonly baseDir: string;
}

export interface JobOverrides {
  readonly out?: string;
  readonly limit?: number;
  /** Address of the engine of every stage. */
  readonly engine?: string;
  /** Model of every stage. */
  readonly model?: string;
  readonly corpus?: readonly string[];
}

/** ConfigurationError with every mistake in the file, one a line. */
export async function readJob(path: string, overrides: JobOverrides = {}): Promise<JobFile> {
  const { readYamlFile } = await import('./yaml-file.ts');
  const job = await readYamlFile(path, { name: 'job file', schema: jobSchema, kinds: stageKinds });
  const baseDir = dirname(resolve(path));
  return { job: overridden(job, overrides, baseDir), baseDir };
}

const stageKinds = stageSpecSchema.options.map((option) => option.shape.stage.value);

/** Flags of the command line win over the file; a path given there starts at the working directory. */
function overridden(job: Job, { out, limit, engine, model, corpus }: JobOverrides, baseDir: string): Job {
  const { spec } = job;
  return {
    ...job,
    spec: {
      ...spec,
      corpus: {
        ...spec.corpus,
        ...(limit === undefined ? {} : { limit }),
        ...(corpus === undefined ? {} : { uris: corpus.map((uri) => (uri.includes('://') ? uri : resolve(uri))) }),
      },
      pipeline: spec.pipeline.map((stage) => ({
        ...stage,
        engine: {
          ...stage.engine,
          ...(engine === undefined ? {} : { baseUrl: engine }),
          ...(model === undefined ? {} : { model }),
        },
      })),
      output: { ...spec.output, uri: out === undefined ? placeOf(spec.output.uri, baseDir) : placeOf(out, '.') },
    },
  };
}

/** The output folder as an absolute path, or s3:// as it stands. ConfigurationError for another scheme. */
function placeOf(uri: string, baseDir: string): string {
  if (uri.startsWith('s3://')) return uri.replace(/\/+$/, '');
  if (uri.startsWith('file://')) return decodeURIComponent(new URL(uri).pathname);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) {
    throw new ConfigurationError(
      `output.uri ${uri}: output is written to a folder (a path, or file://) or to an object store (s3://BUCKET/FOLDER)`,
    );
  }
  return resolve(baseDir, uri);
}
