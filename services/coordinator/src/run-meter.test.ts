import { noActivity, type WorkActivity } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { runMeter } from './run-meter.ts';

/** A meter of one stage with workers whose counts a test sets, read once a second. */
function bed({ total = 100, workers = 1 } = {}) {
  const meter = runMeter();
  const counts: WorkActivity[] = Array.from({ length: workers }, () => noActivity);
  meter.begin('label');
  meter.setTotal(total);
  for (const worker of counts.keys()) meter.follow('label', () => counts[worker] ?? noActivity);
  let second = 0;
  return {
    meter,
    set: (worker: number, more: Partial<WorkActivity>) => {
      counts[worker] = { ...noActivity, ...counts[worker], ...more };
    },
    after: (seconds: number) => {
      for (const until = second + seconds; second < until; second += 1) meter.read(second * 1000);
      return meter.read(second * 1000);
    },
  };
}

describe('the meter of a run', () => {
  it('knows nothing before the first stage', () => {
    expect(runMeter().read(0)).toBeNull();
  });

  it('counts answers and what is under way before any record is finished, and claims no rate', () => {
    const { set, after } = bed();
    set(0, { underWay: 32 });
    after(60);
    set(0, { underWay: 30, answers: 14 });
    expect(after(60)).toMatchObject({
      records: 0,
      answers: 14,
      underWay: 30,
      recordsPerSecond: null,
      secondsLeft: null,
    });
  });

  it('counts records that workers have finished, though their chunk is not', () => {
    const { meter, set, after } = bed();
    set(0, { answers: 40, finished: 5, failed: 1 });
    meter.setRecords(0, 0);
    expect(after(10)).toMatchObject({ records: 5, failed: 1 });
    meter.setRecords(64, 0);
    expect(after(1)).toMatchObject({ records: 64 });
  });

  it('never counts more records than there are, whatever twins have finished', () => {
    const { set, after } = bed({ workers: 2 });
    for (const worker of [0, 1]) set(worker, { finished: 80 });
    expect(after(1)).toMatchObject({ records: 100 });
  });

  it('takes the rate and the time left from this run, not from what an earlier one finished', () => {
    const { meter, set, after } = bed({ total: 1000 });
    set(0, { underWay: 8 });
    after(1);
    meter.setRecords(700, 700);
    set(0, { answers: 80, finished: 10 });
    expect(after(9)).toMatchObject({ records: 710, given: 700, recordsPerSecond: 1, secondsLeft: 290 });
  });

  it('does not count the time before the first request', () => {
    const { set, after } = bed();
    after(600);
    set(0, { underWay: 8 });
    after(1);
    set(0, { answers: 8, finished: 4 });
    expect(after(7)?.recordsPerSecond).toBeCloseTo(0.5);
  });

  it('follows a rate that changes', () => {
    const { set, after } = bed({ total: 10_000 });
    let finished = 0;
    for (let second = 0; second < 300; second += 1) {
      finished += second < 150 ? 1 : 5;
      set(0, { answers: finished, finished });
      after(1);
    }
    expect(after(1)?.recordsPerSecond).toBeCloseTo(5, 0);
  });

  it('looks back as far as it must where records are rare', () => {
    const { set, after } = bed();
    set(0, { underWay: 8 });
    after(1);
    for (let finished = 1; finished <= 3; finished += 1) {
      after(100);
      set(0, { answers: finished, finished });
    }
    expect(after(1)?.recordsPerSecond).toBeCloseTo(0.01);
  });

  it('sums all workers, and says how many of them get no answers', () => {
    const { set, after } = bed({ workers: 2 });
    set(0, { answers: 3, underWay: 2 });
    set(1, { answers: 4, underWay: 1, trouble: 'no server answers' });
    expect(after(1)).toMatchObject({ answers: 7, underWay: 3, trouble: '1 of 2 workers: no server answers' });
  });

  it('says that it knows no answers where no worker reports', () => {
    const { meter, after } = bed({ workers: 0 });
    after(300);
    meter.setRecords(30, 0);
    after(30);
    meter.setRecords(60, 0);
    const reading = after(1);
    expect(reading).toMatchObject({ records: 60, answers: null, underWay: null });
    expect(reading?.recordsPerSecond, 'without the 300 s before the first record').toBeGreaterThan(0.9);
  });

  it('begins again with each stage', () => {
    const { meter, set, after } = bed();
    set(0, { answers: 9, finished: 9 });
    after(10);
    meter.begin('prove');
    expect(after(1)).toMatchObject({ stage: 'prove', records: 0, total: null, answers: null, recordsPerSecond: null });
  });
});
