import type { FailureClass, RecordProblem } from '@proofmill/contract';

/** The result of a reader that found no item. */
export interface Problem {
  readonly problem: RecordProblem;
}

export const problem = (failureClass: FailureClass, message: string): Problem => ({
  problem: { class: failureClass, message },
});

export const isProblem = (value: object): value is Problem => 'problem' in value;
