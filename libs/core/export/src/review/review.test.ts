import type { OrderVotes, Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { rowWith } from '../rows.fixture.ts';
import { worthOf } from './choosing.ts';
import { readDecisions } from './decisions.ts';
import { reviewQuestion } from './question.ts';
import { type ReviewTool, reviewerOf } from './reviewers.ts';

const rows = Array.from({ length: 200 }, (_, at) => rowWith({ id: `00000:${at}`, responses: ['zero', 'one', 'two'] }));
const questionOf = (row: Row, showJudge = false) => reviewQuestion(row, { rank: 1, seed: 'run', showJudge });

describe('a question of a review', () => {
  it('shows each response at each place about equally often, whatever the judge says', () => {
    const places = [0, 0, 0];
    for (const row of rows) {
      const { order, shown } = questionOf(row);
      expect(shown).toEqual(order.map((index) => row.responses[index]));
      expect(order.toSorted()).toEqual([0, 1, 2]);
      places[order.indexOf(row.winner ?? -1)] = (places[order.indexOf(row.winner ?? -1)] ?? 0) + 1;
      expect(questionOf({ ...row, winner: 2 })).toEqual(questionOf(row));
    }
    // Four standard deviations of 200 draws of a third are 27.
    for (const count of places) expect(Math.abs(count - 200 / 3)).toBeLessThan(27);
  });

  it("holds the judge's label only where it is to be shown", () => {
    const row = rowWith();
    expect(JSON.stringify(reviewerOf('label-studio').filesOf([questionOf(row)]))).not.toContain('predictions');
    const shown = questionOf(row, true);
    expect(shown.judged).toBe(`Response ${shown.order.indexOf(0) + 1}`);
    expect(questionOf({ ...row, winner: null, tie: true }, true).judged).toBe('equal');
  });
});

describe('the worth of a row', () => {
  const votes = (order: number[], first: number, second: number, tie = 0): OrderVotes => ({
    ...{ order, seed: 0, first, second, tie, invalid: 0, probabilities: null, picks: null, ratings: null },
  });

  it('is its uncertainty: by probability, or else by confidence', () => {
    expect(worthOf(rowWith({ confidence: 0.75 }), 'uncertainty')).toBe(0.25);
    expect(worthOf(rowWith({ confidence: 0.75, probability: 0.5 }), 'uncertainty')).toBe(0.5);
    expect(worthOf(rowWith({ confidence: null }), 'uncertainty')).toBeNull();
  });

  it('is the share of votes against its label, each order counting as one half', () => {
    const against = (more: Partial<Row>) => worthOf(rowWith(more), 'disagreement');
    expect(against({ votes: [votes([0, 1], 9, 1), votes([1, 0], 1, 0)] })).toBeCloseTo(0.55, 12);
    expect(against({ winner: null, votes: [votes([0, 1], 1, 1, 2)] })).toBe(0.5);
    expect(against({ votes: [votes([1, 2], 3, 0), votes([0, 2], 3, 1)] })).toBe(0.25);
    expect(against({ votes: [{ ...votes([2, 0, 1], 0, 0), picks: [1, 3, 0] }] })).toBe(0.25);
    expect(against({ votes: [] })).toBeNull();
  });
});

describe('what people answered', () => {
  const item = (at: number, order = [1, 0]) => ({ item: `00000:${at}`, rank: at, order });
  const annotation = (choice: string) => ({ result: [{ from_name: 'verdict', value: { choices: [choice] } }] });
  const skipped = { was_cancelled: true, ...annotation('Response 1') };
  const read = (tool: ReviewTool, value: unknown) => readDecisions(JSON.stringify(value), { tool, name: 'a.json' });

  it('is the index of the response in its row, in the order of the review', () => {
    const tasks = [
      { data: item(3), annotations: [annotation('equal')] },
      { data: item(1), annotations: [annotation('Response 1')] },
      { data: item(2, [2, 0, 1]), annotations: [annotation('Response 3')] },
      { data: item(4), annotations: [annotation('cannot tell')] },
      { data: item(5), annotations: [skipped] },
      { data: item(6), annotations: [] },
    ];
    expect(read('label-studio', tasks)).toEqual({
      decisions: [
        { id: '00000:1', winner: 1 },
        { id: '00000:2', winner: 1 },
        { id: '00000:3', winner: 'tie' },
        { id: '00000:4', winner: null },
        { id: '00000:5', winner: null },
      ],
      unanswered: 1,
      split: 0,
    });
  });

  it('is what most people say; without a majority nobody can tell', () => {
    const [one, two] = ['Response 1', 'Response 2'];
    expect(
      read('argilla', [
        { ...item(1), verdicts: [one, two, one] },
        { ...item(2), verdicts: [one, two] },
        { ...item(3), verdicts: [one, two, 'equal'] },
        { ...item(4), verdicts: [] },
      ]),
    ).toEqual({
      decisions: [
        { id: '00000:1', winner: 1 },
        { id: '00000:2', winner: null },
        { id: '00000:3', winner: null },
      ],
      unanswered: 1,
      split: 2,
    });
  });

  it.each([
    ['argilla', [{ ...item(1), verdicts: ['Response 3'] }], 'has 2 responses, and the answer "Response 3" names none'],
    ['argilla', [1, 1].map((at) => ({ ...item(at), verdicts: ['equal'] })), 'a.json has the item "00000:1" twice'],
    ['argilla', [{ ...item(1), verdicts: [] }], 'a.json has no answers of people'],
    ['argilla', { records: [] }, 'is not what argilla gives'],
    ['label-studio', [{ data: { text: 'x' }, annotations: [] }], 'is not what label-studio gives'],
  ] as const)('is refused where it is something else (%s, %j)', (tool, value, sentence) => {
    expect(() => read(tool, value)).toThrow(sentence);
  });

  it('is refused where it is no JSON', () => {
    expect(() => readDecisions('item,verdict', { tool: 'argilla', name: 'a.csv' })).toThrow(
      'a.csv is not what argilla',
    );
  });
});
