/** The results of all jobs, as tables. */
import { allKinds, type Kind } from './kinds.ts';
import { isBad, type JobResult } from './run-job.ts';

const count = (values: readonly unknown[][]): number => values.reduce((sum, { length }) => sum + length, 0);

/** Faults by kind: how many happened, and how many jobs were wrong that had one. */
export function kindsTable(results: readonly JobResult[]): string {
  const rows = allKinds.flatMap((kind): string[][] => {
    const [struck, late] = [true, false].map((isStruck) => numberOf(results, kind, isStruck));
    if (!struck && !late) return [];
    const bad = results.filter((result) => isBad(result) && result.plan.faults.some((fault) => fault.kind === kind));
    return [[kind, String(struck), String(late), String(bad.length)]];
  });
  return aligned([['fault', 'struck', 'too late', 'in jobs that went wrong'], ...rows]);
}

const numberOf = (results: readonly JobResult[], kind: Kind, isStruck: boolean): number =>
  results
    .flatMap(({ struck }) => struck)
    .filter(({ fault, done }) => fault.kind === kind && (done !== null) === isStruck).length;

/** One line for all jobs. */
export function totalsTable(results: readonly JobResult[], seconds: number): string {
  const sum = (of: (result: JobResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  return aligned([
    [
      'faults',
      'jobs',
      'lost',
      'doubled',
      'changed',
      'hung',
      'unsound',
      'ended with 1',
      'over the bound',
      'answers',
      'asked again',
      'bound',
      'taken over',
      'standstills',
      'seconds',
    ],
    [
      sum(({ struck }) => struck.filter(({ done }) => done !== null).length),
      results.length,
      count(results.map(({ ledger }) => [...ledger.lost])),
      count(results.map(({ ledger }) => [...ledger.doubled])),
      count(results.map(({ ledger }) => [...ledger.changed])),
      sum(({ hung }) => (hung === null ? 0 : 1)),
      sum(({ isSound }) => (isSound ? 0 : 1)),
      count(results.map(({ unexpected }) => [...unexpected])),
      count(results.map(({ asked }) => [...asked.over])),
      sum(({ asked }) => asked.answers),
      sum(({ asked }) => asked.again - asked.takenOver),
      sum(({ asked }) => asked.allowed),
      sum(({ asked }) => asked.takenOver),
      sum(({ standstills }) => standstills),
      Math.round(seconds),
    ].map(String),
  ]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}
