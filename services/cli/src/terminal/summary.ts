/** The result of a run: where the files are, a table, and some rows to read. */

import { openStore } from '@proofmill/blob';
import type { Job, OutputManifest } from '@proofmill/contract';
import { duration } from '@proofmill/coordinator';
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
  const simulated = job.spec.pipeline.some((stage) => isSimulated(stage.engine.baseUrl));
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
      ['tokens', totals.tokens.prompt + totals.tokens.completion],
      ['seconds', Number(seconds.toFixed(1))],
    ]),
    ...(output.generations ?? []).map(({ number, kind, asked, labelled }) =>
      kind === 'retry'
        ? `generation ${number}: ${asked} failed records were asked about again, ${labelled} of them have a label`
        : `generation ${number}: ${asked} more records of the corpus, ${labelled} of them have a label`,
    ),
    ...(totals.failed > 0 ? ['', `failed, by class: ${countsOf(totals.failedByClass)}`] : []),
    ...(totals.skipped > 0
      ? ['skipped: records that a later stage did not ask about, as they failed or were not kept before it']
      : []),
    ...(totals.kept < totals.labelled ? [`not kept, by reason: ${countsOf(totals.notKeptByReason)}`] : []),
    ...(totals.goldCompared > 0
      ? [
          `agreement with gold labels: ${((100 * totals.goldAgreed) / totals.goldCompared).toFixed(1)} % of ${totals.goldCompared}`,
        ]
      : []),
    ...(rows > 0 ? ['', await readableRows(openStore(out), rows)] : []),
    '',
    `done in ${duration(seconds)}. Check it: npx proofmill verify ${shown}`,
  ].join('\n');
}

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
