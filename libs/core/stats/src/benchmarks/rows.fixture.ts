/** Records of benchmarks for tests. */
import { benchmarkColumns, type Failure, type Row } from '@proofmill/contract';
import { rowWith, votesIn } from '../rows.fixture.ts';
import { type Score, type ScoreOptions, Scorer } from './score.ts';

interface About {
  readonly category: string;
  readonly prompt?: string;
  readonly comparison?: string;
  readonly sourceId?: string;
}

const carriedBy = ({ category, prompt, comparison }: About): Row['carried'] => [
  { name: benchmarkColumns.category, type: 'text', value: category },
  { name: benchmarkColumns.prompt, type: 'text', value: prompt ?? category },
  ...(comparison === undefined
    ? []
    : [{ name: benchmarkColumns.comparison, type: 'text' as const, value: comparison }]),
];

/** What an order says: for the better response, for the other one, a tie, or nothing. */
export type Said = 'win' | 'loss' | 'tie' | 'null';

const countsOf = (said: Said, isBetterFirst: boolean): number[] => {
  if (said === 'tie') return [0, 0, 1];
  if (said === 'null') return [0, 0, 0, 1];
  return (said === 'win') === isBetterFirst ? [1] : [0, 1];
};

/** A pair whose better response is `gold`, asked once in each order. */
export function pairRow(about: About, said: readonly [Said, Said], gold = 0): Row {
  const worth = { win: 1, loss: -1, tie: 0, null: 0 };
  const sum = worth[said[0]] + worth[said[1]];
  return rowWith({
    sourceId: about.sourceId ?? about.prompt ?? null,
    carried: carriedBy(about),
    gold,
    winner: sum === 0 ? null : sum > 0 ? gold : 1 - gold,
    tie: sum === 0,
    votes: [votesIn([0, 1], countsOf(said[0], gold === 0)), votesIn([1, 0], countsOf(said[1], gold === 1))],
  });
}

/** The row of a judge that scores: the first `right` responses are the right ones. */
export function scoredRow(about: About, values: readonly number[], right = 1): Row {
  const highest = Math.max(...values);
  const best = values.flatMap((value, index) => (value === highest ? [index] : []));
  return rowWith({
    sourceId: about.sourceId ?? null,
    carried: carriedBy(about),
    responses: values.map((_, index) => `response ${index}`),
    gold: right === 1 ? 0 : null,
    goldTied: right === 1 ? [] : values.slice(0, right).map((_, index) => index),
    winner: best.length === 1 ? (best[0] ?? null) : null,
    tie: best.length > 1,
    scores: { kind: 'reward', values: [...values], errors: null },
  });
}

export const failureWith = (about: About, more: Partial<Failure> = {}): Failure => ({
  id: '00000:9',
  sourceId: about.sourceId ?? null,
  source: { file: 'corpus.jsonl', line: 9 },
  carried: carriedBy(about),
  stage: 'label',
  class: 'no-valid-judgment',
  message: 'no answer could be read',
  answers: [],
  finishReasons: [],
  votes: [],
  tokens: [],
  ...more,
});

export function scoreOf(
  scored: ScoreOptions['scored'],
  records: Iterable<Row | Failure>,
  options: Partial<ScoreOptions> = {},
): Score {
  const scorer = new Scorer({ scored, resamples: 20, seed: 1, ...options });
  for (const record of records) scorer.add(record);
  return scorer.score();
}

/** The value of a figure by its name. */
export function figure(score: Score, name: string, reading: keyof Score['readings'] = 'official'): number | null {
  const found = score.readings[reading]?.find((each) => each.name === name);
  if (!found) throw new Error(`there is no figure ${name} in ${reading}`);
  return found.value;
}
