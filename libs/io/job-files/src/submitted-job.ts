import { ConfigurationError, type Job, jobSchema } from '@proofmill/contract';
import { readTextFile } from './text-file.ts';

/** A job as its user wrote it, without defaults, and as it is read. */
export interface JobDocument {
  readonly document: Written;
  readonly job: Job;
}

/** Fields that the command line gives in place of the file's. */
export interface ReplacedFields {
  readonly name?: string;
  readonly out?: string;
  readonly corpus?: readonly string[];
}

interface Written {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Job['spec'];
}

/** Reads a job file that `readJob` has accepted, for a cluster: a ScoringJob holds what the user wrote, and paths as they stand. */
export async function readSubmittedJob(path: string, { name, out, corpus }: ReplacedFields): Promise<JobDocument> {
  const { parseYaml } = await import('./yaml-file.ts');
  const { metadata, spec, ...file } = parseYaml(await readTextFile(path, 'job file'), path) as Written;
  const document = {
    ...file,
    metadata: name === undefined ? metadata : { ...metadata, name },
    spec: {
      ...spec,
      ...(out === undefined ? {} : { output: { ...spec.output, uri: out } }),
      ...(corpus === undefined ? {} : { corpus: { ...spec.corpus, path: undefined, uris: [...corpus] } }),
    },
  };
  const parsed = jobSchema.safeParse(document);
  if (parsed.success) return { document, job: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(problems.join('\n'));
}
