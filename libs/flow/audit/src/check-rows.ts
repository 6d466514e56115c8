/**
 * Reads every row and failure of a cleaned output. What was planned is gone with the packs, so a row is held against its own
 * votes or scores, and ids against each other: each run has them in their order, once, and as many as it has records.
 */
import {
  compareIds,
  type Failure,
  failureSchema,
  outputPaths,
  type Row,
  rowSchema,
  type Store,
} from '@proofmill/contract';
import { isRow, readJsonLines } from '@proofmill/folder';
import { attempt } from './attempt.ts';
import { type OutputCheck, runsOf } from './check-output.ts';
import { problemsOfLabel } from './check-row.ts';
import type { Findings } from './findings.ts';
import { labelDefinitionOf } from './label-definition.ts';

export async function checkRows(check: Omit<OutputCheck, 'isCleaned'>): Promise<void> {
  const labelled = labelDefinitionOf(check.job.stages);
  for (const run of runsOf(check)) {
    const last = run.stages.at(-1);
    for (const { shard, rows, failures } of last?.committed ?? []) {
      const paths = {
        rows: rows.count > 0 ? outputPaths.data(shard, last?.shards ?? 0, run.generation) : null,
        failures: failures.count > 0 ? outputPaths.failed(shard, run.generation) : null,
      };
      const problems = (row: Row): string[] => problemsOfLabel(row, labelled);
      await checkShardAlone(check.store, paths, check.found, problems);
    }
  }
}

interface ShardFiles {
  readonly rows: string | null;
  readonly failures: string | null;
}

async function checkShardAlone(
  store: Store,
  { rows, failures }: ShardFiles,
  found: Findings,
  problems: (row: Row) => string[],
): Promise<void> {
  const seen = new Set<string>();
  for (const [path, schema] of [
    [rows, rowSchema],
    [failures, failureSchema],
  ] as const) {
    if (path === null) continue;
    let before: string | null = null;
    await attempt(found, path, async () => {
      for await (const line of readJsonLines(store, path)) {
        const record: Row | Failure = schema.parse(JSON.parse(line));
        const { id } = record;
        if (seen.has(id) || (before !== null && compareIds(before, id) >= 0))
          found.add(path, `${id} is a duplicate or out of order`);
        seen.add(id);
        before = id;
        if (isRow(record)) for (const problem of problems(record)) found.add(path, `${id}: ${problem}`);
      }
    });
  }
}
