/**
 * The request log: the witness of what was asked, and asked twice. It counts answers asked for, by pair, order and seed; a
 * request with n choices asks for n of them. An answer counts as asked when its request is accepted by the engine: refusals
 * (400, 404, 429, 500, 503) are not counted, what is lost later (hang, reset, death, a cut body) is.
 *
 * Memory: one short string and one number for each distinct answer, so about 100 MB for a million.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Digest, hexOfDigest } from '../draw.ts';

/** What a request is about. */
export interface Asked {
  /** sha256 of the pair, equal for both orders; of the whole prompt where there is none. */
  readonly digest: Digest;
  readonly kind: 'judge' | 'prove' | 'score' | 'other';
  /** 0: the response that sorts first was shown first; 1: the other way round; null: no pair. */
  readonly order: 0 | 1 | null;
  readonly seed: number;
  readonly n: number;
}

/** Sums over the log. */
export interface LogTotals {
  /** Requests accepted. */
  readonly requests: number;
  /** Answers (choices) given. */
  readonly answers: number;
  /** Answers asked for at least once. */
  readonly distinct: number;
  /** Answers asked for again, each time counted. */
  readonly askedTwice: number;
  /** Requests whose client went away before the answer. */
  readonly cancelled: number;
}

/** One answer that was asked for. */
export interface LogEntry {
  readonly key: string;
  readonly kind: Asked['kind'];
  readonly order: 0 | 1 | null;
  readonly seed: number;
  readonly asked: number;
  readonly answered: number;
}

/** The state of a request that a line of the log file gives. */
type State = 'accepted' | 'answered' | 'aborted' | 'cancelled';

/** Counts what was asked; with a file, it also appends a line for each state that a request reaches. */
export interface Witness {
  accepted(asked: Asked): void;
  answered(asked: Asked): void;
  /** The engine lost the request: reset, death, an answer that cannot be read. */
  aborted(asked: Asked): void;
  /** The client went away. */
  cancelled(asked: Asked): void;
  totals(): LogTotals;
  entries(): LogEntry[];
  reset(): void;
  close(): void;
}

interface Counts {
  asked: number;
  answered: number;
}

/** One line of the log file. */
interface LogLine {
  key: string;
  kind: Asked['kind'];
  order: 0 | 1 | null;
  seed: number;
  n: number;
  state: State;
}

/** A ledger in memory, shared by the live log and by the reader of a log file. */
function createLedger() {
  const counts = new Map<string, Counts>();
  let requests = 0;
  let answers = 0;
  let asked = 0;
  let cancelled = 0;
  return {
    note(line: LogLine): void {
      if (line.state === 'accepted') requests += 1;
      if (line.state === 'cancelled') cancelled += 1;
      if (line.state !== 'accepted' && line.state !== 'answered') return;
      for (let choice = 0; choice < line.n; choice++) {
        const id = `${line.key} ${line.kind} ${line.order ?? '-'} ${line.seed + choice}`;
        let count = counts.get(id);
        if (!count) {
          count = { asked: 0, answered: 0 };
          counts.set(id, count);
        }
        if (line.state === 'accepted') {
          count.asked += 1;
          asked += 1;
        } else {
          count.answered += 1;
          answers += 1;
        }
      }
    },
    totals: (): LogTotals => ({ requests, answers, distinct: counts.size, askedTwice: asked - counts.size, cancelled }),
    entries: (): LogEntry[] =>
      [...counts].map(([id, count]) => {
        const [key = '', kind = 'other', order = '-', seed = '0'] = id.split(' ');
        return {
          key,
          kind: kind as Asked['kind'],
          order: order === '-' ? null : order === '0' ? 0 : 1,
          seed: Number(seed),
          ...count,
        };
      }),
    reset(): void {
      counts.clear();
      requests = 0;
      answers = 0;
      asked = 0;
      cancelled = 0;
    },
  };
}

/** A new log. The file is appended to; each line is handed to the kernel before the request goes on, so it survives kill -9. */
export function createWitness(file: string | null): Witness {
  const ledger = createLedger();
  const descriptor = file === null ? null : openSync(file, 'a');
  const note = (asked: Asked, state: State): void => {
    const { kind, order, seed, n } = asked;
    const line: LogLine = { key: hexOfDigest(asked.digest), kind, order, seed, n, state };
    if (descriptor !== null) writeSync(descriptor, `${JSON.stringify(line)}\n`);
    ledger.note(line);
  };
  return {
    accepted: (asked) => note(asked, 'accepted'),
    answered: (asked) => note(asked, 'answered'),
    aborted: (asked) => note(asked, 'aborted'),
    cancelled: (asked) => note(asked, 'cancelled'),
    totals: ledger.totals,
    entries: ledger.entries,
    reset: ledger.reset,
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

/** Sums log files, of several simulators or of several lives of one, as if they were one log. */
export function readRequestLog(...files: string[]): { totals: LogTotals; entries: LogEntry[] } {
  const ledger = createLedger();
  for (const file of files) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line !== '') ledger.note(JSON.parse(line) as LogLine);
    }
  }
  return { totals: ledger.totals(), entries: ledger.entries() };
}
