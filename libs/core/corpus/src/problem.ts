import type { FailureClass, RecordProblem } from '@proofmill/contract';

/** The result of a reader that found no item. */
export interface Problem {
  readonly problem: RecordProblem;
}

export const problem = (failureClass: FailureClass, message: string): Problem => ({
  // A message may end with an example, where there is one.
  problem: { class: failureClass, message: message.trimEnd() },
});

export const isProblem = (value: object): value is Problem => 'problem' in value;
