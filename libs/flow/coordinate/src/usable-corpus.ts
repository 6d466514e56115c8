/**
 * Sees to it that a job has something to ask about before anything is written: a corpus that is empty, or of which no record can
 * be used, ends the job while its output folder is still as it was.
 */
import {
  type Codec,
  ConfigurationError,
  type Corpus,
  type Input,
  type Job,
  type PlanEnd,
  type StageDefinition,
} from '@proofmill/contract';
import { readEntry, readLines, type StageFolder } from '@proofmill/folder';
import { FailureTally, failureLine, grouped, type PlacedFailure } from '@proofmill/stats';
import { corpusRecords } from './planned-records.ts';

export interface CorpusOfJob {
  readonly corpus: Corpus;
  readonly inputs: readonly Input[];
  readonly spec: Job['spec']['corpus'];
  readonly first: StageDefinition;
  /** Fires to end the search. */
  readonly stop?: AbortSignal;
}

/**
 * Reads the corpus up to its first usable record, which is the first one of nearly every corpus.
 * @throws ConfigurationError with the first problems where there is none
 */
export async function requireUsable({ corpus, inputs, spec, first, stop }: CorpusOfJob): Promise<void> {
  const problems = new FailureTally();
  for await (const record of corpusRecords(corpus, inputs, spec, first)) {
    const line = record.line(problems.records);
    if (line.ask || stop?.aborted) return;
    if (line.decided.type === 'failed') problems.add({ source: line.source, ...line.decided });
  }
  throw unusable({ problems, inputs, limit: spec.limit });
}

/** What is wrong with a corpus without a usable record. */
export function unusable({
  problems,
  inputs,
  limit,
}: {
  readonly problems: FailureTally;
  readonly inputs: readonly Input[];
  readonly limit: number | undefined;
}): ConfigurationError {
  const { records, first } = problems;
  if (records === 0) {
    const names = inputs.slice(0, 3).map(({ uri }) => uri);
    const files = `${names.join(', ')}${inputs.length > names.length ? ', ..' : ''}`;
    const state = inputs.every(({ bytes }) => bytes === 0) ? 'empty' : 'without a line of text';
    return new ConfigurationError(
      `the corpus has no records: ${files} ${inputs.length === 1 ? 'is' : 'are'} ${state}. Nothing was asked. Name files of JSON lines in corpus.uris`,
    );
  }
  const count = `${grouped(records)} ${records === 1 ? 'record' : 'records'}`;
  const which = records === limit ? `the first ${count} (corpus.limit)` : count;
  return new ConfigurationError(
    `no record of the corpus can be used: ${which} in ${inputs.length} ${inputs.length === 1 ? 'file' : 'files'}, ${classCounts(problems)}\n${problemLines(first)}\nNothing was asked. Correct the corpus, or say in corpus.fields which fields hold what; then run the same command again`,
  );
}

const classCounts = (problems: FailureTally): string =>
  problems
    .classes()
    .map(({ class: name, records }) => `${name} ${grouped(records)}`)
    .join(', ');

const problemLines = (problems: readonly PlacedFailure[]): string =>
  problems
    .map(({ source, class: name, message }) => `  ${failureLine({ source, message: `${name}: ${message}` })}`)
    .join('\n');

/**
 * The same for a plan that has ended: what only planning finds out (a record that fits no message), or an earlier version planned.
 * @throws ConfigurationError where the plan asks about no record
 */
export async function requireAsked(folder: StageFolder, codec: Codec, end: PlanEnd): Promise<void> {
  if (end.decided < end.records) return;
  const stored = await readEntry(folder, 0);
  const lines = stored ? await readLines(folder, codec, stored.entry, 0) : [];
  const problems = lines
    .flatMap((line) => (!line.ask && line.decided.type === 'failed' ? [{ source: line.source, ...line.decided }] : []))
    .slice(0, 3);
  throw new ConfigurationError(
    `the plan has ${grouped(end.records)} records and asks about none of them\n${problemLines(problems)}\nNothing was asked. Correct the corpus, and name another output folder: this one holds the plan`,
  );
}
