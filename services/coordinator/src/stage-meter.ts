export interface StageReading {
  readonly stage: string;
  readonly records: number;
  /** Null until the stage is planned. */
  readonly total: number | null;
  readonly recordsPerSecond: number | null;
}

/** How far the stage under way is, and how fast it is. */
export interface StageMeter {
  begin(stage: string): void;
  setTotal(records: number): void;
  /** Takes the number of records that are finished. Gives what to show, or null if the last reading is too recent. */
  read(records: number): StageReading | null;
}

/** The rate is that of about the last half minute. */
const rateWindowMs = 30_000;
/** A rate over less time says nothing. */
const shortestRateSeconds = 0.5;

export function stageMeter(everyMs: number): StageMeter {
  let stage = '';
  let total: number | null = null;
  let lastReadingMs = 0;
  let samples: { atMs: number; records: number }[] = [];

  const rate = (nowMs: number, records: number): number | null => {
    const [first] = samples;
    const seconds = first ? (nowMs - first.atMs) / 1000 : 0;
    return first && seconds > shortestRateSeconds ? (records - first.records) / seconds : null;
  };

  return {
    begin(name) {
      stage = name;
      total = null;
      samples = [];
      lastReadingMs = performance.now();
    },
    setTotal(records) {
      total = records;
    },
    read(records) {
      const nowMs = performance.now();
      samples.push({ atMs: nowMs, records });
      samples = samples.filter((sample, index) => nowMs - sample.atMs < rateWindowMs || index >= samples.length - 2);
      if (nowMs - lastReadingMs < everyMs) return null;
      lastReadingMs = nowMs;
      return { stage, records, total, recordsPerSecond: rate(nowMs, records) };
    },
  };
}
