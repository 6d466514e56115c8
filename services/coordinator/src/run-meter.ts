/**
 * How far the stage under way is, and how fast it goes.
 *
 * Two sources tell it: the coordinator, which learns of records when their chunk is finished, and the workers, which count every
 * answer and every item. Where no worker reports (pods, processes that were started by hand), the coordinator's records are all.
 *
 * The rate and the time left are those of this run: records that an earlier run finished, or that planning decided, are no part
 * of them. What has not been measured is null.
 */
import { addTakenOver, type WorkActivity } from '@proofmill/contract';

export interface RunReading {
  readonly stage: string;
  /** Records that have an outcome, as far as is known. */
  readonly records: number;
  /** Of these, records that needed no engine in this run: an earlier run finished them, or planning decided them. */
  readonly given: number;
  /** Null until the stage is planned. */
  readonly total: number | null;
  /** Records that failed, as far as is known. */
  readonly failed: number;
  /** Answers that came in this run; null where no worker reports. */
  readonly answers: number | null;
  /** Answers that the engines have been asked for and have not given yet; null where no worker reports. */
  readonly underWay: number | null;
  /** Items that one worker took over from another, and the tokens spent on asking about them twice; null where no worker reports. */
  readonly takenOver: WorkActivity['takenOver'] | null;
  readonly recordsPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Why no answers come, in a sentence; null while they do. */
  readonly trouble: string | null;
}

export interface RunMeter {
  begin(stage: string): void;
  setTotal(records: number): void;
  /** The job is over: there is nothing to read until the next stage begins. */
  end(): void;
  /** Takes the records that have an outcome; `given` of them needed no engine in this run. */
  setRecords(records: number, given: number): void;
  setFailed(records: number): void;
  /** Adds a worker of a stage. */
  follow(stage: string, read: () => WorkActivity): void;
  /** The state now; null where no stage is under way. */
  read(nowMs: number): RunReading | null;
}

/** The rate is that of about the last half minute .. */
const rateWindowMs = 30_000;
/** .. and of more time where that has fewer records. */
const fewestRecords = 10;
/** A rate over less time says nothing. */
const shortestRateMs = 500;
/** Samples closer together than this tell nothing new. */
const sampleEveryMs = 500;
const mostSamples = 4000;

interface Sample {
  readonly atMs: number;
  readonly worked: number;
}

export function runMeter(): RunMeter {
  let stage: string | null = null;
  let total: number | null = null;
  let counted = { records: 0, given: 0, failed: 0 };
  let workers: { readonly stage: string; readonly read: () => WorkActivity }[] = [];
  let samples: Sample[] = [];

  const activity = (): WorkActivity | null =>
    sumOf(workers.filter((worker) => worker.stage === stage).map(({ read }) => read()));

  /** Until something is asked, nothing is slow: engines load their models meanwhile. */
  const takeSample = (sample: Sample, work: WorkActivity | null): void => {
    if (work === null && sample.worked === (samples[0]?.worked ?? 0)) samples = [];
    if (work !== null && work.answers + work.underWay === 0) return;
    const last = samples.at(-1);
    if (last && sample.atMs - last.atMs < sampleEveryMs) return;
    samples.push(sample);
    if (samples.length > mostSamples) samples = samples.filter((_, index) => index % 2 === 0);
  };

  return {
    begin(name) {
      stage = name;
      total = null;
      counted = { records: 0, given: 0, failed: 0 };
      workers = [];
      samples = [];
    },
    end() {
      stage = null;
    },
    setTotal(records) {
      total = records;
    },
    setRecords(records, given) {
      counted = { ...counted, records, given };
    },
    setFailed(failed) {
      counted = { ...counted, failed };
    },
    follow(name, read) {
      workers.push({ stage: name, read });
    },
    read(nowMs) {
      if (stage === null) return null;
      const work = activity();
      const { given } = counted;
      const most = total ?? Number.POSITIVE_INFINITY;
      // An item that two workers finished counts twice with them, so the total bounds what they say.
      const records = Math.max(counted.records, Math.min(most, given + (work?.finished ?? 0)));
      const worked = records - given;
      takeSample({ atMs: nowMs, worked }, work);
      const rate = rateOf(samples, { atMs: nowMs, worked });
      return {
        stage,
        records,
        given,
        total,
        failed: Math.max(counted.failed, work?.failed ?? 0),
        answers: work?.answers ?? null,
        underWay: work?.underWay ?? null,
        takenOver: work?.takenOver ?? null,
        recordsPerSecond: rate,
        secondsLeft: total === null || rate === null ? null : (total - records) / rate,
        trouble: work?.trouble ?? null,
      };
    },
  };
}

/** The sum over all workers; null where there are none. The engine is in trouble where one worker gets no answers. */
function sumOf(workers: readonly WorkActivity[]): WorkActivity | null {
  if (workers.length === 0) return null;
  const sum = { answers: 0, underWay: 0, finished: 0, failed: 0 };
  for (const { answers, underWay, finished, failed } of workers) {
    sum.answers += answers;
    sum.underWay += underWay;
    sum.finished += finished;
    sum.failed += failed;
  }
  const troubles = workers.flatMap(({ trouble }) => trouble ?? []);
  const [trouble = null] = troubles;
  const isShared = workers.length === 1 || trouble === null;
  const takenOver = workers.map((worker) => worker.takenOver).reduce(addTakenOver);
  return {
    ...sum,
    takenOver,
    trouble: isShared ? trouble : `${troubles.length} of ${workers.length} workers: ${trouble}`,
  };
}

/** Records per second; null where no record was finished, or the time is too short to tell. */
function rateOf(samples: readonly Sample[], now: Sample): number | null {
  const enough = samples.findLast(
    ({ atMs, worked }) => now.atMs - atMs >= rateWindowMs && now.worked - worked >= fewestRecords,
  );
  const from = enough ?? samples[0];
  if (!from || now.atMs - from.atMs < shortestRateMs || now.worked <= from.worked) return null;
  return ((now.worked - from.worked) * 1000) / (now.atMs - from.atMs);
}
