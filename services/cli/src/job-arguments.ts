/** The job file and the flags that change it, the same for every command that reads a job. */
import { type JobFile, readJob } from '@proofmill/coordinator';
import { type Command, InvalidArgumentError } from 'commander';

export interface JobFlags {
  readonly out?: string;
  readonly limit?: number;
  readonly engine?: string;
  readonly model?: string;
  readonly corpus?: string[];
}

/** A whole number above 0, or a usage error. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}

/** A command that reads a job: its file as an argument, or, for a role, as a flag like all that a role is given. */
export const withJobFlags = (command: Command, file: 'argument' | 'flag' = 'argument'): Command =>
  (file === 'argument'
    ? command.argument('<job>', 'job file (YAML)')
    : command.requiredOption('--job <file>', 'job file (YAML)')
  )
    .option('--out <dir>', 'output folder, instead of spec.output.uri')
    .option('--limit <n>', 'only the first n records, instead of spec.corpus.limit', positiveInteger)
    .option('--engine <url>', 'address of the engine of every stage: http://HOST:PORT, unix:///PATH, simulator:')
    .option('--model <name>', 'model of every stage, as its engine names it')
    .option('--corpus <uri...>', 'input files, instead of spec.corpus.uris');

/** The job with the flags applied. ConfigurationError for a bad one. */
export const jobOf = (path: string, flags: JobFlags): Promise<JobFile> => readJob(path, flags);

/** The words that give a coordinator the same job. */
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
