import { describe, expect, it } from 'vitest';
import { type FieldMapping, recogniseRecord } from './index.ts';

const recognise = (record: object, mapping: FieldMapping = {}) =>
  recogniseRecord(record, mapping, { source: { file: 'a.jsonl', line: 3 } });
const pair = { prompt: 'q', response_A: 'x', response_B: 'y' };
const three = { prompt: 'q', responses: ['x', 'y', 'z'] };

/** A gold label: an index, several that tie, or null for none. */
const gold = (best: number | number[] | null): object =>
  Array.isArray(best) ? { gold: null, goldTied: best } : { gold: best };

describe('letters need no explanation', () => {
  it.each([
    ['A', 0],
    [' b ', 1],
    ['A>B', 0],
    ['B>>A', 1],
    ['tie', [0, 1]],
    ['A=B', [0, 1]],
    [null, null],
  ])('%j is %j', (label, best) => {
    expect(recognise({ ...pair, label })).toMatchObject({ item: gold(best) });
  });
});

describe('a value without a known meaning is refused, never an index by luck', () => {
  it.each([
    [0, /label is 0.*values: \{ 0: 0, 1: 1 \}/],
    [1, /label is 1.*values: \{ 1: 0, 2: 1 \}/],
    ['1', /values: \{ 1: 0, 2: 1 \}/],
    [true, /values: \{ true: 0, false: 1 \}/],
    ['left', /values: \{ "left": 0, \.\. \}/],
    [{ a: 1 }, /list or object/],
  ])('%j', (label, message) => {
    expect(recognise({ ...pair, label })).toEqual({
      problem: { class: 'bad-label', message: expect.stringMatching(message) },
    });
  });
});

describe('a mapping says what values mean', () => {
  const of = (...best: [FieldMapping, object, number | number[] | null][]) => best;

  it.each(
    of(
      [{ label: { field: 'pick', values: { 1: 0, 2: 1, 0: 'tie', x: 'none' } } }, { pick: 2 }, 1],
      [{ label: { field: 'pick', values: { 1: 0, 2: 1, 0: 'tie' } } }, { pick: 0 }, [0, 1]],
      [{ label: { field: 'pick', values: { x: 'none' } } }, { pick: 'X ' }, null],
      [{ label: { field: 'meta.pick', values: { left: 0, right: 1 } } }, { meta: { pick: 'right' } }, 1],
      [{ label: { field: 'pick', values: { true: 0, false: 1 } } }, { pick: false }, 1],
      [{ winner: { a: 'wa', b: 'wb', tie: 'wt' } }, { wa: 0, wb: 1, wt: 0 }, 1],
      [{ winner: { a: 'wa', b: 'wb', tie: 'wt' } }, { wa: false, wb: false, wt: true }, [0, 1]],
      [{ ratings: ['sa', 'sb'] }, { sa: 2, sb: '3.5' }, 1],
      [{ ratings: ['sa', 'sb'] }, { sa: 2, sb: 2 }, [0, 1]],
      [{ ratings: ['sa', 'sb'] }, { sa: 2, sb: null }, null],
      [{ ratings: 'scores' }, { scores: [1, 2] }, 1],
      [{ sign: 'd' }, { d: -0.5 }, 0],
      [{ sign: 'd' }, { d: 2 }, 1],
      [{ sign: 'd' }, { d: 0 }, [0, 1]],
    ),
  )('%j of %j is %j', (mapping, record, best) => {
    expect(recognise({ ...pair, ...record }, mapping)).toMatchObject({ item: gold(best) });
  });

  it.each(
    of(
      [{ label: { field: 'pick', values: { 1: 0, 2: 1 } } }, { pick: 3 }, null],
      [{ label: { field: 'pick', values: { 1: 0, 2: 2 } } }, { pick: 2 }, null],
      [{ winner: { a: 'wa', b: 'wb' } }, { wa: 1, wb: 1 }, null],
      [{ winner: { a: 'wa', b: 'wb' } }, { wa: 0.7, wb: 0.3 }, null],
      [{ ratings: 'scores' }, { scores: [1, 2, 3] }, null],
      [{ ratings: ['sa', 'sb'] }, { sa: 'good', sb: 2 }, null],
      [{ sign: 'd' }, { d: 'x' }, null],
    ),
  )('%j refuses %j', (mapping, record) => {
    expect(recognise({ ...pair, ...record }, mapping)).toMatchObject({ problem: { class: 'bad-label' } });
  });

  it('ties the best of several responses, and no other', () => {
    expect(recognise({ ...three, scores: [3, 1, 3] }, { ratings: 'scores' })).toMatchObject({ item: gold([0, 2]) });
  });

  it('does not compare more than two responses by a sign', () => {
    expect(recognise({ ...three, d: 1 }, { sign: 'd' })).toMatchObject({ problem: { class: 'bad-label' } });
  });
});

describe('the ends of a scale', () => {
  const context = { context: 'q', response1: 'x', response2: 'y' };
  it.each([
    [-3, 0],
    [0, [0, 1]],
    [1, 1],
  ])('HelpSteer3: %j is %j', (overall_preference, best) => {
    expect(recognise({ ...context, overall_preference })).toMatchObject({ item: gold(best) });
  });

  it('refuses what is not on it', () => {
    expect(recognise({ ...context, overall_preference: -4 })).toMatchObject({
      problem: { class: 'bad-label', message: expect.stringContaining('from -3 to 3') },
    });
  });

  it.each([
    [1, 0],
    [2, 1],
    [1.2, 0],
    [1.5, [0, 1]],
    [0, [0, 1]],
  ])('AlpacaEval: %j is %j', (preference, best) => {
    const record = { instruction: 'q', output_1: 'x', output_2: 'y', preference };
    expect(recognise(record)).toMatchObject({ item: gold(best) });
  });
});
