/** The label that counted votes give. A pure function of what a row stores, so any reader of the row can check it. */
import type { Label, LabelDefinition, OrderVotes, Scores } from '@proofmill/contract';
import { areConnected, bradleyTerry } from './bradley-terry.ts';
import { normalDistribution } from './confidence.ts';
import type { Decider, Decision } from './decision.ts';
import { differentResponses, withEquals } from './responses.ts';
import { allPairs, knockout, linear, type Tournament } from './tournament.ts';

export type Ranking = LabelDefinition['ranking'];

type Decided = Pick<Label, 'winner' | 'confidence' | 'confidenceOf' | 'ranking' | 'scores'>;

/** The comparisons to make among an item's responses. Two responses are compared once, whatever the method. */
export function tournamentOf(responses: readonly string[], ranking: Ranking): Tournament {
  const players = differentResponses(responses);
  if (players.length === 2 || ranking === 'knockout') return knockout(players);
  return ranking === 'linear' ? linear(players) : allPairs(players);
}

const undecided = { winner: null, confidence: 0.5, confidenceOf: 'votes', ranking: null, scores: null } as const;

/** The label without votes and rationale. */
export function labelOfVotes(options: {
  responses: readonly string[];
  votes: readonly OrderVotes[];
  ranking: Ranking;
  decide: Decider;
}): Decided {
  const { responses, votes, ranking, decide } = options;
  const players = differentResponses(responses);
  const [one = 0, other = 1] = players;
  if (players.length === 2) return ofPair(decide(votes, [one, other]));
  return ranking === 'round-robin'
    ? byStrength(votes, responses, decide)
    : byTournament(votes, decide, tournamentOf(responses, ranking));
}

function ofPair(decision: Decision | null): Decided {
  if (!decision) return undecided;
  const { winner, confidence, confidenceOf } = decision;
  return { ...undecided, winner, confidence, confidenceOf };
}

/** The champion is the winner only if it won all its comparisons. */
function byTournament(votes: readonly OrderVotes[], decide: Decider, tournament: Tournament): Decided {
  const confidences = new Map<number, number>();
  while (!tournament.ended()) {
    for (const pair of tournament.next()) {
      const decision = decide(votes, pair);
      const winner = decision?.winner ?? null;
      if (decision && winner !== null) {
        confidences.set(winner, Math.min(confidences.get(winner) ?? 1, decision.confidence));
      }
      tournament.report(pair, winner);
    }
  }
  const { player, unbeaten } = tournament.champion();
  const kind = { ...undecided, confidenceOf: 'weakest-comparison' as const };
  return unbeaten ? { ...kind, winner: player, confidence: confidences.get(player) ?? 0.5 } : kind;
}

/**
 * Ranks all responses by strength. Each pair is one game whose result is the share of votes (or the probability); its votes are
 * not separate games. The confidence is that of the strongest response being stronger than the next. Where no valid vote ties a
 * response to the others, there is no ranking and no winner.
 */
function byStrength(votes: readonly OrderVotes[], responses: readonly string[], decide: Decider): Decided {
  const players = differentResponses(responses);
  const wins = players.map(() => players.map(() => 0));
  players.forEach((one, i) => {
    players.forEach((other, j) => {
      if (i >= j) return;
      const decision = decide(votes, [one, other]);
      if (!decision) return;
      (wins[i] as number[])[j] = decision.share;
      (wins[j] as number[])[i] = 1 - decision.share;
    });
  });
  if (!areConnected(wins)) return { ...undecided, confidenceOf: 'strengths' };
  const { values, errors, differenceError } = bradleyTerry(wins);
  const ranked = players.map((_, i) => i).sort((i, j) => (values[j] ?? 0) - (values[i] ?? 0) || i - j);
  const [first = 0, second = 1] = ranked;
  const lead = (values[first] ?? 0) - (values[second] ?? 0);
  const isTie = lead < 1e-9;
  const placeOf = (index: number): number => players.findIndex((player) => responses[player] === responses[index]);
  const scores: Scores = {
    kind: 'bradley-terry',
    values: responses.map((_, index) => values[placeOf(index)] ?? 0),
    errors: responses.map((_, index) => errors[placeOf(index)] ?? 0),
  };
  return {
    winner: isTie ? null : (players[first] ?? null),
    confidence: isTie ? 0.5 : normalDistribution(lead / differenceError(first, second)),
    confidenceOf: 'strengths',
    ranking: withEquals(
      ranked.map((i) => players[i] ?? 0),
      responses,
    ),
    scores,
  };
}
