/** The ledger at the end of a job: each record of the job once, and as a run without faults leaves it. */
import type { Rows } from '@proofmill/test-integration';

export interface Ledger {
  /** Ids that neither the rows nor the failures have. */
  readonly lost: readonly string[];
  /** Ids that they have more than once. */
  readonly doubled: readonly string[];
  /** Ids that the job does not have, and those whose row or failure differs. */
  readonly changed: readonly string[];
}

export function ledgerOf(expected: Rows, found: Rows): Ledger {
  const wanted = linesById(expected);
  const had = linesById(found);
  const ids = [...had.keys()];
  return {
    lost: [...wanted.keys()].filter((id) => !had.has(id)),
    doubled: ids.filter((id) => (had.get(id)?.length ?? 0) > 1),
    changed: ids.filter((id) => had.get(id)?.some((line) => line !== wanted.get(id)?.[0])),
  };
}

/** The lines of rows and failures, by the id of their record. */
function linesById({ data, failed }: Rows): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [kind, files] of [
    ['row', data],
    ['failure', failed],
  ] as const) {
    for (const text of files.values()) {
      for (const line of text.split('\n').filter(Boolean)) {
        const { id } = JSON.parse(line) as { id: string };
        lines.set(id, [...(lines.get(id) ?? []), `${kind} ${line}`]);
      }
    }
  }
  return lines;
}
