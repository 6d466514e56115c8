import { Writable } from 'node:stream';
import type { StageFile, WorkActivity } from '@proofmill/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProgressOptions, progressOn } from './progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const stage = { run: 'job-label-1', definition: { name: 'label' } } as StageFile;

/** Progress that writes into memory, of a stage of 20 records whose one worker counts what the test says. */
function bed(options: Partial<ProgressOptions> = {}) {
  let written = '';
  const stream = new Writable({
    write(bytes: Buffer, _encoding, done) {
      written += bytes.toString();
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const progress = progressOn(stream, { style: 'plain', everySeconds: 10, ...options });
  const activity = {
    answers: 0,
    underWay: 32,
    finished: 0,
    failed: 0,
    takenOver: { items: 0, tokens: 0 },
    trouble: null,
  } satisfies WorkActivity;
  progress.onStage?.(stage);
  progress.onPlanned?.(stage, { v: 1, run: stage.run, shards: 1, records: 20, decided: 0 });
  progress.follow('label', () => activity);
  return { progress, activity, lines: () => written.split('\n').slice(0, -1), written: () => written };
}

const seconds = (count: number): void => void vi.advanceTimersByTime(count * 1000);

describe('progress in plain lines', () => {
  it('moves with answers and items under way on an engine that has finished no record', () => {
    const { activity, lines } = bed();
    seconds(10);
    activity.answers = 3;
    seconds(10);
    expect(lines()).toEqual([
      'label: 0 of 20 records, 0 answers, 32 under way, rate not known yet',
      'label: 0 of 20 records, 3 answers, 32 under way, rate not known yet',
    ]);
  });

  it('is quiet while nothing changes, but for one line in six that says so', () => {
    const { lines } = bed();
    seconds(600);
    expect(lines().length).toBeLessThan(12);
    expect(lines().at(-1)).toBe(
      'label: 0 of 20 records, 0 answers, 32 under way, rate not known yet (nothing new for 1 min 00 s)',
    );
  });

  it('shows nothing between two jobs of one process', () => {
    const { activity, progress, lines } = bed();
    activity.answers = 3;
    seconds(10);
    progress.rest();
    seconds(600);
    expect(lines()).toHaveLength(1);
    progress.onStage?.(stage);
    seconds(10);
    expect(lines()).toHaveLength(2);
  });

  it('keeps its word about the seconds between two lines', () => {
    const { activity, lines } = bed({ everySeconds: 2 });
    for (let second = 0; second < 20; second += 1) {
      activity.answers += 1;
      seconds(1);
    }
    expect(lines()).toHaveLength(10);
  });

  it('says at the end of a stage what was asked about twice, if anything was', () => {
    const { progress, activity, lines } = bed();
    activity.takenOver = { items: 12, tokens: 4312 };
    progress.onStage?.({ ...stage, definition: { ...stage.definition, name: 'prove' } });
    progress.end();
    expect(lines()).toEqual([
      'label: 12 items were taken over from slower workers; asking about them a second time took 4,312 tokens.',
    ]);
  });

  it('ends', () => {
    const { progress, lines } = bed();
    progress.end();
    seconds(600);
    expect(lines()).toEqual([]);
  });
});

describe('progress in JSON', () => {
  it('says what is unknown by null', () => {
    const { lines } = bed({ style: 'json' });
    seconds(10);
    const [begun, planned, progress] = lines().map((line) => JSON.parse(line));
    expect(begun).toEqual({ event: 'stage', stage: 'label', run: 'job-label-1' });
    expect(planned).toMatchObject({ event: 'planned', records: 20 });
    expect(progress).toEqual({
      event: 'progress',
      stage: 'label',
      records: 0,
      given: 0,
      total: 20,
      failed: 0,
      answers: 0,
      underWay: 32,
      takenOver: { items: 0, tokens: 0 },
      recordsPerSecond: null,
      secondsLeft: null,
      trouble: null,
    });
  });

  it('takes what another coordinator says of its records, and tells it with what the workers say', () => {
    const { progress, lines } = bed({ style: 'json' });
    progress.onEvent({ event: 'progress', records: 12, given: 8, answers: null });
    seconds(10);
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ records: 12, given: 8, underWay: 32 });
  });
});

describe('progress on a terminal', () => {
  it('rewrites its line, and clears it for a sentence', () => {
    const { progress, activity, written } = bed({ style: 'terminal' });
    seconds(1);
    activity.answers = 1;
    seconds(1);
    progress.report('a sentence');
    const [first, second, rest] = written().split('\r\u001b[2K');
    expect(first).toMatch(/^label \[-+\] .* 0 answers/);
    expect(second).toMatch(/^label \[-+\] .* 1 answers/);
    expect(rest).toBe('a sentence\n');
  });
});
