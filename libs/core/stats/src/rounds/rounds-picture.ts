/** The figure of each judge of a loop with its interval, the first judge on top. */
import { leaderboardPicture } from '../picture/leaderboard-picture.ts';
import type { Theme } from '../picture/picture.ts';
import { judgesOf, type Rounds } from './rounds.ts';

/** @throws {RangeError} where no judge has the evaluation */
export function roundsPicture(rounds: Rounds, evaluation: string, theme: Theme = 'light'): string {
  const judged = judgesOf(rounds).flatMap(({ name, evaluations }) =>
    evaluations.filter((each) => each.name === evaluation).map((each) => ({ name, each })),
  );
  const [first] = judged;
  if (!first) throw new RangeError(`no judge was evaluated on ${evaluation}`);
  const leaderboard = judged.map(({ name, each }) => ({ name, value: each.value, analytic: each.interval }));
  const { metric, comparisons } = first.each;
  return leaderboardPicture({ leaderboard, metric, shared: comparisons }, `Rounds, by ${evaluation}`, theme);
}
