/** The label of an item by comparisons of two of its responses: one of them where there are two, else as the method says. */
import type { OrderVotes, Rationale, Scores, VotesDefinition } from '@proofmill/contract';
import { cutText, sampleAnswers } from './asking.ts';
import { type Comparison, comparison, type Vote } from './comparison.ts';
import type { Pair } from './decision.ts';
import { deciderOf, labelOfVotes, tournamentOf } from './label-of-votes.ts';
import { differentResponses, type Labelled, type Labelling, type LabellingOptions } from './labelling.ts';
import { ordersOf, seedBase } from './orders.ts';

interface Match {
  readonly pair: Pair;
  readonly comparison: Comparison;
}

interface Played extends Match {
  readonly counts: OrderVotes[];
}

export function ranking(options: LabellingOptions): Labelling {
  const { judge, line, render, spent, purpose, mayFail } = options;
  const { responses } = line.item;
  const method = { ranking: options.ranking, rule: judge.profile.parse.rule };
  const tournament = tournamentOf(responses, method.ranking);
  const votes = votesFor(options);
  const decide = deciderOf(method.rule);
  const open = new Set<Match>();
  const played: Played[] = [];

  return {
    wave(maxAnswers) {
      for (const pair of tournament.next()) open.add({ pair, comparison: compare(pair) });
      return [...open].flatMap((match) => match.comparison.wave(maxAnswers));
    },
    result() {
      for (const match of open) {
        if (!match.comparison.ended()) continue;
        open.delete(match);
        const counts = match.comparison.counts();
        played.push({ ...match, counts });
        tournament.report(match.pair, decide(counts, match.pair)?.winner ?? null);
      }
      const refused = played.map((match) => match.comparison.refusal()).find((refusal) => refusal !== null);
      if (refused) return open.size > 0 ? null : { refused, votes: countsOf(played) };
      return open.size > 0 || !tournament.ended() ? null : labelled();
    },
  };

  function compare(pair: Pair): Comparison {
    return comparison({
      asked: judge,
      votes,
      orders: ordersOf(line.digest, pair, votes.orders),
      messages: (order) => render({ item: line.item, order }),
      seedBase: (order) => seedBase(line.digest, order, judge.sampling.seed, purpose),
      spent,
      mayFail,
    });
  }

  function labelled(): Labelled {
    const matches = played.sort((a, b) => a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
    const counts = countsOf(matches);
    if (counts.every(({ first, second, tie }) => first + second + tie === 0)) {
      const answers = matches.flatMap((match) => match.comparison.votes().map((vote) => vote.raw));
      return {
        failed: {
          type: 'failed',
          class: 'no-valid-judgment',
          message: `none of ${answers.length} answers could be read as a verdict`,
          answers: sampleAnswers(answers),
          votes: counts,
        },
      };
    }
    const decided = labelOfVotes({ responses, votes: counts, ...method });
    const rationale = decided.winner === null ? null : rationaleFor(decided.winner, matches);
    const scores = decided.scores ?? ratedScores(matches, responses.length);
    return { label: { ...decided, scores, tie: decided.winner === null, votes: counts, rationale } };
  }
}

/** In the ranking of all responses each vote of each pair moves the strengths: before the last one nothing is certain. */
function votesFor({ judge: { votes }, line, ranking }: LabellingOptions): VotesDefinition {
  const isRanked = ranking === 'round-robin' && differentResponses(line.item.responses).length > 2;
  return isRanked && votes.stop === 'certain' ? { ...votes, stop: 'none' } : votes;
}

const countsOf = (matches: readonly Played[]): OrderVotes[] => matches.flatMap(({ counts }) => counts);

/** The reasoning of the lowest-numbered vote for the winner, in its first comparison that has one. */
function rationaleFor(winner: number, matches: readonly Match[]): Rationale | null {
  for (const match of matches) {
    const vote = match.comparison.votes().find((each) => responseOf(each) === winner);
    if (vote) return { order: vote.order, vote: vote.number, ...cutText(vote.rationale) };
  }
  return null;
}

/** The mean of the scores that the judge wrote for each response; null where one got none. */
function ratedScores(matches: readonly Match[], responses: number): Scores | null {
  if (matches.every((match) => match.comparison.votes().every(({ scores }) => scores === null))) return null;
  const written = Array.from({ length: responses }, (): number[] => []);
  for (const { comparison: played } of matches) {
    for (const { judgment, order, scores } of played.votes()) {
      if (judgment === 'invalid') continue;
      scores?.forEach((score, place) => {
        written[order[place] ?? 0]?.push(score);
      });
    }
  }
  if (written.some((scores) => scores.length === 0)) return null;
  const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { kind: 'rated', values: written.map(mean), errors: null };
}

function responseOf({ judgment, order }: Vote): number | null {
  if (judgment === 'first') return order[0] ?? null;
  return judgment === 'second' ? (order[1] ?? null) : null;
}
