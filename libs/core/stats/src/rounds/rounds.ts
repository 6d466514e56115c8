import type { Evaluated, RoundFile } from '@proofmill/contract';

/** A training loop, as its page tells of it. */
export interface Rounds {
  readonly rounds: readonly RoundFile[];
  /** Round -> step -> minutes. They are of one run on one machine, and no ROUND.json has them. */
  readonly minutes: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

/** A judge of the loop, with its evaluations. */
export interface Judged {
  readonly name: string;
  readonly evaluations: readonly Evaluated[];
}

export const roundName = ({ round, step }: RoundFile): string => (step === 'final' ? 'final' : `round ${round}`);

/** In the order in which they came to be; a round that trained no judge has evaluated that of its parent. */
export const judgesOf = ({ rounds }: Rounds): Judged[] =>
  rounds
    .flatMap((round) => [
      { name: 'reference', evaluations: round.referenceEvaluations },
      { name: roundName(round), evaluations: round.evaluations },
    ])
    .filter(({ evaluations }) => evaluations.length > 0);

export const evaluationNames = (rounds: Rounds): string[] => [
  ...new Set(judgesOf(rounds).flatMap(({ evaluations }) => evaluations.map(({ name }) => name))),
];
