import { type Rounds, together } from '../asking/rounds.ts';
import type { Decider, Pair } from '../votes/decision.ts';
import type { Tournament } from '../votes/tournament.ts';
import type { Compared } from './comparison.ts';

export interface Match extends Compared {
  readonly pair: Pair;
}

/** Plays the matches of a tournament that can be played now, all at the same time, and gives them in the order they ended. */
export function* playRound(
  tournament: Tournament,
  { compare, decide }: { compare: (pair: Pair) => Rounds<Compared>; decide: Decider },
): Rounds<Match[]> {
  const pairs = tournament.next();
  const played: Match[] = [];
  yield* together(pairs.map(compare), (compared, place) => {
    const pair = pairs[place];
    if (!pair) throw new RangeError(`there is no match ${place}`);
    played.push({ pair, ...compared });
    tournament.report(pair, decide(compared.counts, pair)?.winner ?? null);
  });
  return played;
}
