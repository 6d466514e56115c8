/**
 * Who is best of several, by comparisons of two. A match is started when it is known who plays, and may end at any time;
 * which matches are played depends on results only, never on when they came.
 */
import type { Pair } from './decision.ts';

/** What became of a match: who won, or null where neither did. */
type Result = number | null;

export interface Tournament {
  /** Matches whose players are known and whose result is not. */
  next(): readonly Pair[];
  report(pair: Pair, result: Result): void;
  ended(): boolean;
  /** Who is best once it has ended. `unbeaten`: it won every match it played; else it only was not worse than somebody. */
  champion(): { readonly player: number; readonly unbeaten: boolean };
}

/**
 * Rounds of pairs; the one left over advances without a match. n - 1 matches in log2(n) rounds. Where neither wins, the one
 * further to the front advances: somebody has to.
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

/** Each in turn against the best so far: n - 1 matches, one after the other. Where neither wins, the best so far stays. */
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

/** Every pair once, all at the same time. */
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
      throw new TypeError('the strengths say who is best of all pairs');
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
  if (player === undefined) throw new RangeError('a tournament of nobody has no champion');
  return { player, unbeaten: !drew.has(player) };
}
