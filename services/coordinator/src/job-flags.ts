/** The job file and the flags that change it, the same for every command that reads a job. */
import { type JobFile, readJob, readStoredJob, type StoredJobFile } from '@proofmill/job-files';
import { type Command, positiveInteger } from '@proofmill/runtime';

export interface JobFlags {
  readonly out?: string;
  readonly limit?: number;
  readonly engine?: string;
  readonly model?: string;
  readonly corpus?: string[];
}

/** A command that reads a job: the file is an argument, or, for a role, a flag like everything that a role is given. */
export const withJobFlags = (command: Command, file: 'argument' | 'flag' = 'argument'): Command =>
  (file === 'argument'
    ? command.argument('<job>', 'job file (YAML)')
    : command.requiredOption('--job <file>', 'job file (YAML)')
  )
    .option('--out <dir>', 'output folder, instead of spec.output.uri')
    .option('--limit <n>', 'only the first n records, instead of spec.corpus.limit', positiveInteger)
    .option(
      '--engine <url>',
      'address of the engine of every stage (a first.engine with a baseUrl keeps it): http://HOST:PORT, unix:///PATH, simulator:',
    )
    .option('--model <name>', 'model of every stage, as its engine names it')
    .option('--corpus <uri...>', 'input files, instead of spec.corpus.uris');

/** The job with the flags applied. ConfigurationError for a bad one. */
export const jobOf = (path: string, flags: JobFlags): Promise<JobFile> => readJob(path, flags);

/** The job of a driver's pod, whose file an operator made: fields that this version does not know are ignored. */
export const storedJobOf = (path: string, flags: JobFlags): Promise<StoredJobFile> => readStoredJob(path, flags);

/** The words that give a coordinator process the same job. */
export function jobWords(path: string, { job }: JobFile, flags: JobFlags): string[] {
  return [
    ...['--job', path],
    ...['--out', job.spec.output.uri],
    ...(flags.limit === undefined ? [] : ['--limit', String(flags.limit)]),
    ...(flags.engine === undefined ? [] : ['--engine', flags.engine]),
    ...(flags.model === undefined ? [] : ['--model', flags.model]),
    ...(flags.corpus === undefined ? [] : ['--corpus', ...flags.corpus]),
  ];
}
