import type { FailureClass, RecordProblem } from '@proofmill/contract';

/** The result of a reader that found no item. */
export interface Problem {
  readonly problem: RecordProblem;
}

export const problem = (failureClass: FailureClass, message: string): Problem => ({
  // A message may end with an example, where there is one.
  problem: { class: failureClass, message: message.trimEnd() },
});

/** Asks lists first, which most results are: to look for a name in one takes longer. */
export const isProblem = (value: object): value is Problem => !Array.isArray(value) && 'problem' in value;
