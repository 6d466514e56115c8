import { type Rounds, together } from '../asking/rounds.ts';
import type { Decider, Pair } from '../votes/decision.ts';
import type { Tournament } from '../votes/tournament.ts';
import type { Compared } from './comparison.ts';

export interface Match extends Compared {
  readonly pair: Pair;
}

/** Plays all matches of a tournament that are ready, side by side, and returns them in the order in which they ended. */
export function* playRound(
  tournament: Tournament,
  { compare, decide }: { compare: (pair: Pair) => Rounds<Compared>; decide: Decider },
): Rounds<Match[]> {
  const pairs = tournament.next();
  const played: Match[] = [];
  yield* together(pairs.map(compare), (compared, index) => {
    const pair = pairs[index];
    if (!pair) throw new RangeError(`there is no match ${index}`);
    played.push({ pair, ...compared });
    tournament.report(pair, decide(compared.counts, pair)?.winner ?? null);
  });
  return played;
}
