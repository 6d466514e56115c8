/** Counts what was asked and answered, answer by answer. About 100 MB for a million distinct answers. */
import type { Asked } from './asked.ts';

/** Sums over the log. */
export interface LogTotals {
  /** Requests accepted. */
  readonly requests: number;
  /** Answers (choices) given. */
  readonly answers: number;
  /** Answers asked for at least once. */
  readonly distinct: number;
  /** Repetitions: how often an answer was asked for again. */
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

/** One line of the log file: a request that reached a state. */
export interface LogLine {
  readonly key: string;
  readonly kind: Asked['kind'];
  readonly order: 0 | 1 | null;
  readonly seed: number;
  readonly n: number;
  /** `aborted`: the engine lost it. `cancelled`: the client went away. */
  readonly state: 'accepted' | 'answered' | 'aborted' | 'cancelled';
}

export interface Ledger {
  add(line: LogLine): void;
  totals(): LogTotals;
  entries(): LogEntry[];
  reset(): void;
}

export function createLedger(): Ledger {
  /** By key, kind, order and seed. */
  const counts = new Map<string, { asked: number; answered: number }>();
  const sums = { requests: 0, answers: 0, asked: 0, cancelled: 0 };

  const addChoice = (id: string, state: 'accepted' | 'answered'): void => {
    let count = counts.get(id);
    if (!count) {
      count = { asked: 0, answered: 0 };
      counts.set(id, count);
    }
    if (state === 'accepted') {
      count.asked += 1;
      sums.asked += 1;
    } else {
      count.answered += 1;
      sums.answers += 1;
    }
  };

  return {
    add({ key, kind, order, seed, n, state }) {
      if (state === 'accepted') sums.requests += 1;
      if (state === 'cancelled') sums.cancelled += 1;
      if (state !== 'accepted' && state !== 'answered') return;
      for (let choice = 0; choice < n; choice++) addChoice(`${key} ${kind} ${order ?? '-'} ${seed + choice}`, state);
    },
    totals: () => ({
      requests: sums.requests,
      answers: sums.answers,
      distinct: counts.size,
      askedTwice: sums.asked - counts.size,
      cancelled: sums.cancelled,
    }),
    entries: () => [...counts].map(([id, count]) => ({ ...partsOfId(id), ...count })),
    reset() {
      counts.clear();
      Object.assign(sums, { requests: 0, answers: 0, asked: 0, cancelled: 0 });
    },
  };
}

function partsOfId(id: string): Pick<LogEntry, 'key' | 'kind' | 'order' | 'seed'> {
  const [key = '', kind = 'other', order = '-', seed = '0'] = id.split(' ');
  return {
    key,
    kind: kind as Asked['kind'],
    order: order === '-' ? null : order === '0' ? 0 : 1,
    seed: Number(seed),
  };
}
