/** Success means labels: a job that has made nothing ends with an error that says why, and writes no _SUCCESS. */
import { ConfigurationError, type StageFile, type Store, type Totals } from '@proofmill/contract';
import { manifestsOf, requireEnd, stageFolder } from '@proofmill/folder';
import { failedProofs, failureLines, whyNothingMade } from '@proofmill/stats';
import type { CoordinateOptions } from './coordinate.ts';
import { failedOutcomes, failureExamples } from './failure-examples.ts';

/**
 * What is wrong with a job after a complete stage with these totals; null where it may continue, or end. The stage's outcomes are
 * committed, so every later run of the job finds the same.
 */
export async function nothingMade(
  { store, journalsOf, codec }: Pick<CoordinateOptions, 'store' | 'journalsOf' | 'codec'>,
  stage: StageFile,
  totals: Totals,
  isFirst: boolean,
): Promise<ConfigurationError | null> {
  const why = whyNothingMade(stage.definition, totals, isFirst);
  if (why === null) return null;
  const failed = await failureExamples(store, await failureFiles(store, stage), totals.failedByClass);
  const unproved = failedProofs(totals);
  const journals = { journals: journalsOf(stage), partitions: stage.partitions, crc32: codec.crc32 };
  const lines = [
    ...failureLines(failed.classes(totals.failedByClass)),
    ...failureLines((await failedOutcomes(journals, unproved)).classes(unproved)),
  ];
  return new ConfigurationError(
    `${why}: the job has made nothing, and no _SUCCESS is written\n${lines.map((line) => `  ${line}`).join('\n')}\nEvery record has its outcome, so the same command gives the same. Correct what the sentences name, and run the job with another output folder`,
  );
}

/** The staged files of failures of a complete stage. */
async function failureFiles(store: Store, stage: StageFile): Promise<string[]> {
  const folder = stageFolder(store, stage.definition.name);
  const { shards } = await requireEnd(folder);
  const files: string[] = [];
  for await (const { failures } of manifestsOf(folder, shards)) if (failures.count > 0) files.push(failures.path);
  return files;
}
