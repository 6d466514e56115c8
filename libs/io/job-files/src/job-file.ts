/** Reads a job file, with the fields that the command line gives instead. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ConfigurationError,
  engineAt,
  type Job,
  jobSchema,
  parseTolerantly,
  schemeOf,
  stageSpecSchema,
} from '@proofmill/contract';
import { readTextFile } from './text-file.ts';

export interface JobFile {
  readonly job: Job;
  /** The folder that relative paths of the job start at. */
  readonly baseDir: string;
  /** The folder that relative paths of its corpus start at, where that is another one: a round of a loop has files of its own. */
  readonly corpusDir?: string;
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

const jobFileName = 'job file';

/** ConfigurationError with every mistake in the file, one a line. */
export async function readJob(path: string, overrides: JobOverrides = {}): Promise<JobFile> {
  const { readYamlFile } = await import('./yaml-file.ts');
  const job = await readYamlFile(path, { name: jobFileName, schema: jobSchema, kinds: stageKinds });
  const baseDir = dirname(resolve(path));
  return { job: overridden(job, overrides, baseDir), baseDir };
}

export interface StoredJobFile extends JobFile {
  /** Places of fields that this version does not know, and ignores. */
  readonly unknown: readonly string[];
}

/**
 * Reads the job file that an operator, perhaps of a later version, made of a stored object: fields that are unknown here are
 * ignored and named. ConfigurationError for any other mistake, as `readJob` says it.
 */
export async function readStoredJob(path: string, overrides: JobOverrides = {}): Promise<StoredJobFile> {
  try {
    return { ...(await readJob(path, overrides)), unknown: [] };
  } catch (refusal) {
    const { parseYaml } = await import('./yaml-file.ts');
    // What cannot be read or is not YAML is refused again, in the same words.
    const read = parseTolerantly(jobSchema, parseYaml(await readTextFile(path, jobFileName), path));
    if ('issues' in read) throw refusal;
    const baseDir = dirname(resolve(path));
    return { job: overridden(read.value, overrides, baseDir), baseDir, unknown: read.unknown };
  }
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
        ...(corpus === undefined ? {} : { uris: corpus.map((uri) => (schemeOf(uri) === null ? resolve(uri) : uri)) }),
      },
      pipeline: spec.pipeline.map((stage) => ({
        ...stage,
        engine: {
          ...(engine === undefined ? stage.engine : engineAt(stage.engine, engine)),
          ...(model === undefined ? {} : { model }),
        },
      })),
      output: { ...spec.output, uri: out === undefined ? placeOf(spec.output.uri, baseDir) : placeOf(out, '.') },
    },
  };
}

/**
 * The output folder as an absolute path, or s3:// as it stands.
 * @throws ConfigurationError for another scheme, and for one that is not followed by two slashes
 */
function placeOf(uri: string, baseDir: string): string {
  if (schemeOf(uri) === null) return resolve(baseDir, uri);
  if (/^s3:\/\/[^/]/.test(uri)) return uri.replace(/\/+$/, '');
  if (uri.startsWith('file://')) return fileOf(uri);
  throw new ConfigurationError(
    `output.uri ${uri}: output is written to a folder (a path, or file://) or to an object store (s3://BUCKET/FOLDER). A folder that has such a name is ./${uri}`,
  );
}

function fileOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new ConfigurationError(`output.uri ${uri} is not a file:// URI of this machine: write file:///FOLDER`, {
      cause: error,
    });
  }
}
