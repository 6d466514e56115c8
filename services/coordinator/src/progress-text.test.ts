import { describe, expect, it } from 'vitest';
import { plainLine, terminalLine } from './progress-text.ts';
import type { RunReading } from './run-meter.ts';

const reading: RunReading = {
  stage: 'label',
  records: 9,
  given: 0,
  total: 20,
  failed: 0,
  answers: 80,
  underWay: 32,
  recordsPerSecond: 0.2,
  secondsLeft: 55,
  takenOver: null,
  trouble: null,
};

describe('a reading as a plain line', () => {
  it('has counts, rate and time left', () => {
    expect(plainLine(reading)).toBe('label: 9 of 20 records, 80 answers, 32 under way, 12.0 records/min, 55 s left');
  });

  it.each<[string, Partial<RunReading>, string]>([
    ['a rate that is not known', { recordsPerSecond: null, secondsLeft: null }, ', rate not known yet'],
    ['a total that is not known', { total: null, secondsLeft: null }, 'label: 9 records, '],
    ['failures', { failed: 2 }, ', 2 failed, '],
    ['why no answers come', { trouble: 'no server answers at http://x.' }, ', engine: no server answers at http://x.'],
    ['the last record', { records: 20 }, ', all have an outcome'],
  ])('says %s', (_what, more, said) => {
    expect(plainLine({ ...reading, ...more })).toContain(said);
  });

  it.each([
    [120, '120 records/s'],
    [3.14, '3.1 records/s'],
    [0.05, '3.0 records/min'],
    [0.001, '3.6 records/h'],
  ])('shows %s records a second in a unit that says something', (recordsPerSecond, said) => {
    expect(plainLine({ ...reading, recordsPerSecond })).toContain(said);
  });

  it('names no answers where no worker reports', () => {
    expect(plainLine({ ...reading, answers: null, underWay: null })).toMatch(/^label: 9 of 20 records, 12\.0/);
  });
});

describe('a reading on a terminal', () => {
  it('has a bar, and says that the engine is up', () => {
    expect(terminalLine(reading, 200)).toBe(
      'label [#########-----------]  45 %  9 of 20 records, 80 answers, 32 under way, 12.0 records/min, 55 s left, engine up',
    );
  });

  it('fits the terminal, and never splits a character', () => {
    const line = terminalLine({ ...reading, stage: '👩‍👩‍👧'.repeat(10) }, 5);
    expect(line).toBe('👩‍👩‍👧'.repeat(5));
  });

  it('gives every part its meaning', () => {
    const painted = terminalLine(
      { ...reading, failed: 3 },
      200,
      (meaning: string, text: string) => `<${meaning}>${text}</>`,
    );
    expect(painted).toContain('<bad>, 3 failed</>');
    expect(painted).toContain('<good>, engine up</>');
  });
});
