/**
 * The request log: evidence of what was asked, and of what was asked twice. It counts answers by pair, order and seed; a
 * request with n choices asks for n of them. An answer counts as asked when the engine accepts its request: refusals (400, 404,
 * 429, 500, 503) are not counted, later losses (hang, reset, death, a cut body) are.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hexOfDigest } from '../digest.ts';
import type { Asked } from './asked.ts';
import { createLedger, type LogEntry, type LogLine, type LogTotals } from './ledger.ts';

export interface RequestLog {
  accepted(asked: Asked): void;
  answered(asked: Asked): void;
  /** The engine lost the request: a reset, a death, an unreadable answer. */
  aborted(asked: Asked): void;
  /** The client went away. */
  cancelled(asked: Asked): void;
  totals(): LogTotals;
  entries(): LogEntry[];
  reset(): void;
  close(): void;
}

/**
 * An empty log. Where a file is given, it gets a line for each state that a request reaches, written before the request
 * proceeds: the lines survive kill -9.
 */
export function createRequestLog(file: string | null): RequestLog {
  const ledger = createLedger();
  const descriptor = file === null ? null : openSync(file, 'a');
  const add = (asked: Asked, state: LogLine['state']): void => {
    const { kind, order, seed, n } = asked;
    const line: LogLine = { key: hexOfDigest(asked.digest), kind, order, seed, n, state };
    if (descriptor !== null) writeSync(descriptor, `${JSON.stringify(line)}\n`);
    ledger.add(line);
  };
  return {
    accepted: (asked) => add(asked, 'accepted'),
    answered: (asked) => add(asked, 'answered'),
    aborted: (asked) => add(asked, 'aborted'),
    cancelled: (asked) => add(asked, 'cancelled'),
    totals: ledger.totals,
    entries: ledger.entries,
    reset: ledger.reset,
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

/** Adds up log files of several simulators, or of several lives of one, as if they were one log. */
export function readRequestLog(...files: string[]): { totals: LogTotals; entries: LogEntry[] } {
  const ledger = createLedger();
  for (const file of files) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line !== '') ledger.add(JSON.parse(line) as LogLine);
    }
  }
  return { totals: ledger.totals(), entries: ledger.entries() };
}
