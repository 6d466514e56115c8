/** The result of a run: where the files are, a table, and some rows to read. */

import { openJournals, openStore } from '@proofmill/blob';
import { allTokens, firstEngineOf, type Job, type OutputManifest, stagePaths } from '@proofmill/contract';
import { costsOf, failedOutcomes, failureExamples } from '@proofmill/coordinate';
import { duration } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { costText, failedProofs, failureLines, sumOfCosts } from '@proofmill/stats';
import { isSimulated } from '../engines.ts';
import { shownOutput } from '../output.ts';
import { readableRows } from './show-rows.ts';
import { table } from './table.ts';

export interface SummaryOptions {
  readonly job: Job;
  readonly output: OutputManifest;
  readonly seconds: number;
  readonly rows: number;
}

export async function summaryOf({ job, output, seconds, rows }: SummaryOptions): Promise<string> {
  const { totals } = output;
  const out = job.spec.output.uri;
  const shown = shownOutput(out);
  const simulated = job.spec.pipeline.some(
    (stage) => isSimulated(stage.engine.baseUrl) || isSimulated(firstEngineOf(stage)?.baseUrl),
  );
  const files = output.shards.filter((shard) => shard.rows.count > 0).length;
  return [
    ...(simulated
      ? [
          'The engine was the built-in simulator: it stands in for a judge and knows this corpus. These labels come from no model.',
          '',
        ]
      : []),
    ...(files > 0
      ? [
          `${shown}/data/        ${files} ${files === 1 ? 'file' : 'files'} of rows, one row for every record with a label`,
        ]
      : []),
    ...(totals.failed > 0 ? [`${shown}/failed/      the records without one, with their place and the reason`] : []),
    `${shown}/README.md    the dataset card; _MANIFEST.json has every file's digest`,
    '',
    table([
      ['records', totals.records],
      ['labelled', totals.labelled],
      ['  kept', totals.kept],
      ['  with a proof', totals.proved],
      ['failed', totals.failed],
      ['skipped', totals.skipped],
      ['votes', totals.votes],
      ['  invalid answers', totals.invalid],
      ['tokens', allTokens(totals.tokens) ?? 'not counted'],
      ...costRow(job, output),
      ['seconds', Number(seconds.toFixed(1))],
    ]),
    ...(output.generations ?? []).map(({ number, kind, asked, labelled }) =>
      kind === 'retry'
        ? `generation ${number}: ${asked} failed records were asked about again, ${labelled} of them have a label`
        : `generation ${number}: ${asked} more records of the corpus, ${labelled} of them have a label`,
    ),
    ...(totals.failed > 0 ? ['', 'failed, by class:', ...(await failedLines(output, out))] : []),
    ...(totals.skipped > 0
      ? [
          'skipped: records that a later stage did not ask about, because they failed or were not kept in an earlier one',
        ]
      : []),
    ...(totals.kept < totals.labelled ? [`not kept, by reason: ${countsOf(totals.notKeptByReason)}`] : []),
    ...(await unprovedLines(job, totals)),
    ...goldLines(totals),
    ...(rows > 0 ? ['', await readableRows(openStore(out), output, rows)] : []),
    '',
    `done in ${duration(seconds)}. Check it: npx proofmill verify ${shown}`,
  ].join('\n');
}

function goldLines({ health }: OutputManifest['totals']): string[] {
  const { rows, right, tied } = health.gold.all;
  if (rows === 0) return [];
  const ties = tied > 0 ? `; ${tied} ties count as wrong` : '';
  return [`right, by gold labels: ${((100 * right) / rows).toFixed(1)} % of ${rows}${ties}`];
}

/** Each of the first classes with its first sentences. */
async function failedLines({ shards, totals }: OutputManifest, out: string): Promise<string[]> {
  // Newest first: an older failure may be superseded.
  const newest = shards.toSorted((a, b) => (b.generation ?? 0) - (a.generation ?? 0));
  const files = newest.flatMap(({ failures }) => (failures.count > 0 ? [failures] : []));
  const examples = await failureExamples(openStore(out), files, totals.failedByClass);
  return failureLines(examples.classes(totals.failedByClass)).map((line) => `  ${line}`);
}

/** The same for proofs, whose rows hold only the class. */
async function unprovedLines({ spec: { pipeline, output } }: Job, totals: OutputManifest['totals']): Promise<string[]> {
  const counts = failedProofs(totals);
  const stage = pipeline.find((each) => each.stage === 'prove');
  if (!stage || Object.keys(counts).length === 0) return [];
  const journals = openJournals(output.uri, stagePaths(stage.name).journal);
  const { partitions } = output;
  const failed = await failedOutcomes({ journals, partitions, crc32: zstdCodec().crc32 }, counts);
  return ['proofs that failed, by class:', ...failureLines(failed.classes(counts)).map((line) => `  ${line}`)];
}

/** What the tokens cost, where the job has the prices. */
function costRow(job: Job, { runs }: OutputManifest): [string, number][] {
  if (!job.spec.pipeline.some(({ engine }) => engine.price)) return [];
  const cost = sumOfCosts(costsOf(job, runs));
  return cost === null ? [] : [['cost', Number(costText(cost))]];
}

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
