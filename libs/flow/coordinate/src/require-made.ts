/** Success means labels: a job that has made nothing ends with an error that says why, and writes no _SUCCESS. */
import {
  type CommittedFile,
  ConfigurationError,
  generationFolder,
  type StageFile,
  type Store,
  type Totals,
} from '@proofmill/contract';
import { manifestsOf, type OutputVersion, requireEnd, stageFolder } from '@proofmill/folder';
import { failedProofs, failureLines, whyNothingMade } from '@proofmill/stats';
import type { CoordinateOptions } from './coordinate.ts';
import { failedOutcomes, failureExamples } from './failure-examples.ts';

type Ports = Pick<CoordinateOptions, 'job' | 'store' | 'journalsOf' | 'codec'>;

/**
 * What is wrong with a job after a complete stage with these totals; null where it may continue, or end. The stage's outcomes are
 * committed, so every later run of the job finds the same.
 */
export async function nothingMade(
  ports: Ports,
  made: { readonly stages: readonly StageFile[]; readonly index: number; readonly totals: Totals },
): Promise<ConfigurationError | null> {
  const { stages, index, totals } = made;
  const stage = stages[index];
  const why = stage ? whyNothingMade(stage.definition, totals, index === 0) : null;
  if (!stage || why === null) return null;
  const files = await failureFiles(ports.store, stage);
  // What is asked again runs the whole pipeline, so all of it has to have ended.
  const isRetriable = totals.labelled === 0 && index === stages.length - 1;
  return errorOf(ports, { why, stage, totals, files, isRetriable });
}

/** The same for a whole output, as its newest generation has left it. `versions` are all of it. */
export async function nothingMadeAtAll(ports: Ports, versions: readonly OutputVersion[]): Promise<ConfigurationError> {
  const { stages = [] } = versions[0] ?? {};
  const { runs = [] } = versions.at(-1)?.output ?? {};
  const files = versions.toReversed().flatMap(({ generation, promotions }) => {
    const failures = promotions.filter(({ to }) => to.startsWith('failed/'));
    return failures.map(({ from }) => ({
      ...from,
      path: generation === 0 ? from.path : `${generationFolder(generation)}/${from.path}`,
    }));
  });
  for (const [index, { totals }] of runs.entries()) {
    const stage = stages[index];
    const why = stage ? whyNothingMade(stage.definition, totals, index === 0) : null;
    if (!stage || why === null) continue;
    return errorOf(ports, { why, stage, totals, files, isRetriable: totals.labelled === 0 });
  }
  throw new RangeError('the output has labels');
}

interface Nothing {
  readonly why: string;
  readonly stage: StageFile;
  readonly totals: Totals;
  /** Files of its failures. */
  readonly files: readonly CommittedFile[];
  /** `proofmill retry` may be asked for them. */
  readonly isRetriable: boolean;
}

async function errorOf(
  { job, store, journalsOf, codec }: Ports,
  { why, stage, totals, files, isRetriable }: Nothing,
): Promise<ConfigurationError> {
  const failed = await failureExamples(store, files, totals.failedByClass);
  const unproved = failedProofs(totals);
  const journals = { journals: journalsOf(stage), partitions: stage.partitions, crc32: codec.crc32 };
  const lines = [
    ...failureLines(failed.classes(totals.failedByClass)),
    ...failureLines((await failedOutcomes(journals, unproved)).classes(unproved)),
  ];
  const elsewhere = 'correct what the sentences name, and run the job with another output folder';
  const again = `If the engine was at fault, correct that and ask again: proofmill retry ${job.spec.output.uri} --job JOB.yaml`;
  return new ConfigurationError(
    `${why}: the job has produced nothing, and no _SUCCESS is written\n${lines.map((line) => `  ${line}`).join('\n')}\nEvery record has its outcome, so the same command changes nothing. ${isRetriable ? `${again}\nOtherwise ${elsewhere}` : `So ${elsewhere}`}`,
  );
}

/** The staged files of failures of a complete stage. */
async function failureFiles(store: Store, stage: StageFile): Promise<CommittedFile[]> {
  const folder = stageFolder(store, stage.definition.name, stage.run);
  const { shards } = await requireEnd(folder);
  const files: CommittedFile[] = [];
  for await (const { failures } of manifestsOf(folder, shards)) if (failures.count > 0) files.push(failures);
  return files;
}
