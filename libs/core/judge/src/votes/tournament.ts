/**
 * Finds the best of several players by matches of two. A match is ready as soon as its players are known, and may end at any time:
 * which matches are played depends on the results alone, never on when they arrive.
 */
import type { Pair } from './decision.ts';

/** The winner of a match; null if neither won. */
type Result = number | null;

export interface Tournament {
  /** Matches that are ready: their players are known, their results are not. */
  next(): readonly Pair[];
  report(pair: Pair, result: Result): void;
  ended(): boolean;
  /** The best player, once the tournament has ended. `unbeaten`: it won every match it played, with no draw. */
  champion(): { readonly player: number; readonly unbeaten: boolean };
}

/**
 * Rounds of pairs; a player without an opponent advances. n - 1 matches in log2(n) rounds. If neither wins a match, the one
 * listed first advances, because one of them must.
 */
export function knockout(players: readonly number[]): Tournament {
  let alive = [...players];
  let round = pairsOf(alive);
  const results = new Map<string, Result>();
  const drew = new Set<number>();

  return {
    next: () => round.filter((pair) => !results.has(key(pair))),
    report(pair, result) {
      results.set(key(pair), result);
      if (!round.every((each) => results.has(key(each)))) return;
      alive = [
        ...round.map((each) => advancing(each, results.get(key(each)) ?? null, drew)),
        ...(alive.length % 2 === 1 ? alive.slice(-1) : []),
      ];
      round = pairsOf(alive);
    },
    ended: () => alive.length < 2,
    champion: () => championOf(alive[0], drew),
  };
}

/** Each player in turn against the best so far: n - 1 matches, one at a time. If neither wins, the best so far stays. */
export function linear(players: readonly number[]): Tournament {
  let [best = 0] = players;
  let challenger = 1;
  const drew = new Set<number>();

  return {
    next() {
      const next = players[challenger];
      return next === undefined ? [] : [[best, next]];
    },
    report(pair, result) {
      best = advancing(pair, result, drew);
      challenger += 1;
    },
    ended: () => challenger >= players.length,
    champion: () => championOf(best, drew),
  };
}

/** Every pair once, side by side. */
export function allPairs(players: readonly number[]): Tournament {
  const pairs = players.flatMap((one, at) => players.slice(at + 1).map((other): Pair => [one, other]));
  const reported = new Set<string>();
  return {
    next: () => pairs.filter((pair) => !reported.has(key(pair))),
    report(pair) {
      reported.add(key(pair));
    },
    ended: () => reported.size === pairs.length,
    champion: () => {
      throw new TypeError('the champion of all pairs is found by their strengths');
    },
  };
}

const key = ([one, other]: Pair): string => `${one}:${other}`;

function pairsOf(players: readonly number[]): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at + 1 < players.length; at += 2) pairs.push([players[at] ?? 0, players[at + 1] ?? 0]);
  return pairs;
}

function advancing([one, other]: Pair, result: Result, drew: Set<number>): number {
  if (result === null) {
    drew.add(one);
    return one;
  }
  return result === one ? one : other;
}

function championOf(player: number | undefined, drew: ReadonlySet<number>): { player: number; unbeaten: boolean } {
  if (player === undefined) throw new RangeError('a tournament without players has no champion');
  return { player, unbeaten: !drew.has(player) };
}
