/** The best of several proofs by the model itself, which compares them two by two with a selector profile. */
import { type Comparison, comparison } from './comparison.ts';
import { decideByVotes, type Pair } from './decision.ts';
import { ordersOf, seedBase } from './orders.ts';
import type { Selecting, SelectionOptions } from './selecting.ts';
import { knockout } from './tournament.ts';

/** Two votes a comparison, one in each order; where they do not agree the one with the lower number goes on. */
const selectorVotes = { max: 2, orders: 'both', stop: 'none', reasks: 1, logprobs: false } as const;

export function byJudge({
  definition,
  line,
  order,
  letter,
  renderers,
  tokens,
  candidates,
}: SelectionOptions): Selecting {
  const { selector, engine, sampling } = definition;
  const render = renderers.selector;
  const textOf = (number: number): string => candidates.find((each) => each.number === number)?.text ?? '';
  const tournament = knockout(candidates.map(({ number }) => number));
  const open = new Map<Comparison, Pair>();
  const purpose = 'select';

  const compare = (pair: Pair): Comparison => {
    if (!selector || !render) throw new TypeError('no profile says how proofs are compared');
    return comparison({
      asked: { profile: selector, engine, sampling },
      votes: selectorVotes,
      orders: ordersOf(line.digest, pair, 'both'),
      messages: (shown) =>
        render({ item: line.item, order, winner: letter, proofs: [textOf(shown[0] ?? 0), textOf(shown[1] ?? 0)] }),
      seedBase: (shown) => seedBase(line.digest, shown, sampling.seed, purpose),
      spent: tokens,
      mayFail: true,
    });
  };

  return {
    wave(maxAnswers) {
      for (const pair of tournament.next()) open.set(compare(pair), pair);
      return [...open.keys()].flatMap((match) => match.wave(maxAnswers));
    },
    result() {
      for (const [match, pair] of open) {
        if (!match.ended()) continue;
        open.delete(match);
        tournament.report(pair, decideByVotes(match.counts(), pair)?.winner ?? null);
      }
      if (open.size > 0 || !tournament.ended()) return null;
      const { player } = tournament.champion();
      const candidate = candidates.find(({ number }) => number === player);
      if (!candidate) throw new RangeError(`there is no candidate ${player}`);
      return { candidate, by: 'judge', score: null };
    },
  };
}
