/** What a loop asks for at most, from the sizes of its corpora. */
import type { LoopSpec } from '@proofmill/contract';
import { type Round, roundsOf } from './names.ts';

/** How many records a corpus has, and how that is known; null where neither its files nor the loop file say. */
export interface Size {
  readonly items: number;
  readonly by: 'reading' | 'declared';
}

export interface CorpusSizes {
  readonly rationales: Size | null;
  readonly start: Size | null;
  readonly batch: Size | null;
  /** Held-out gold of its own, which each round labels. */
  readonly gold: Size | null;
  readonly evaluations: Readonly<Record<string, Size | null>>;
}

/** Answers for one item, at most: votes of the judge, candidates of the prover. */
export interface AnswersPerItem {
  readonly votes: number;
  readonly candidates: number;
  /** By evaluation. */
  readonly evaluations: Readonly<Record<string, number>>;
}

/** Null: not known. */
export interface RoundCounts {
  readonly round: Round;
  readonly pairs: number | null;
  readonly judgeAnswers: number | null;
  readonly proofs: number | null;
  /** Texts whose likelihood is asked for: each candidate with its label, and alone. */
  readonly scorings: number | null;
  readonly trainingRows: number | null;
  readonly evaluationAnswers: number | null;
}

/** The counts of each round, at most: where every label is kept, every answer can be read, and no vote is saved by stopping early. */
export function countsOf(spec: LoopSpec, sizes: CorpusSizes, answers: AnswersPerItem): RoundCounts[] {
  const { prover, start, batch, evaluations } = spec;
  const scoringsOf = (proofs: number | null): number | null =>
    prover?.stage.select === 'likelihood-ratio' && prover.stage.candidates > 1 ? times(proofs, 2) : 0;
  const evaluationAnswers = evaluations.reduce<number | null>((sum, { name }) => {
    const items = sizes.evaluations[name]?.items ?? null;
    return plus(sum, times(items, answers.evaluations[name] ?? 0));
  }, 0);
  let merged: number | null = 0;
  return roundsOf(spec).map((round): RoundCounts => {
    if (round.step === 'final') {
      const trainingRows = sizes.rationales?.items ?? null;
      return { round, pairs: 0, judgeAnswers: 0, proofs: 0, scorings: 0, trainingRows, evaluationAnswers };
    }
    const isStart = round.step === 'start';
    const pairs = isStart ? (start.judge ? (sizes.start?.items ?? null) : 0) : pairsOfBatch(batch, sizes.batch);
    const proofs = prover ? times(pairs, answers.candidates) : 0;
    merged = plus(merged, pairs);
    const judged = batch?.gold ? plus(pairs, sizes.gold?.items ?? null) : pairs;
    const judgeAnswers = isStart ? 0 : times(judged, answers.votes);
    const trains = !isStart || start.judge !== undefined;
    return {
      ...{ round, pairs, judgeAnswers, proofs, scorings: scoringsOf(proofs) },
      trainingRows: trains ? merged : 0,
      evaluationAnswers: isStart && start.evaluateReference ? times(evaluationAnswers, 2) : evaluationAnswers,
    };
  });
}

/** A batch has `items` pairs, or fewer where the corpus has fewer for each of its parts. */
function pairsOfBatch(batch: LoopSpec['batch'], size: Size | null): number {
  const items = batch?.items ?? 0;
  return size === null || size.by === 'declared' ? items : Math.min(items, size.items);
}

const times = (one: number | null, other: number): number | null => (one === null ? null : one * other);
const plus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;
