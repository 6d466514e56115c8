/**
 * The best of several proofs that pass their checks: by their likelihood, and where the engine scores no given text, or the job
 * says so, by the model's own comparison of them.
 */
import { byLikelihood } from './likelihood.ts';
import { byJudge } from './proof-comparison.ts';
import type { Selecting, SelectionOptions } from './selecting.ts';

export function selectionOf(options: SelectionOptions): Selecting {
  if (options.definition.select !== 'likelihood-ratio') return byJudge(options);
  const ratio = byLikelihood(options);
  let fallback: Selecting | null = null;
  const current = (): Selecting => {
    if (ratio.refusal()) fallback ??= byJudge(options);
    return fallback ?? ratio;
  };
  return { wave: (maxAnswers) => current().wave(maxAnswers), result: () => current().result() };
}
