/** The course of an asking: rounds of questions, then a result. */
import type { Question } from './question.ts';

/**
 * Yields the questions of a round and resumes once all their answers are taken. An asking with several phases or judges
 * delegates to the rounds of each (`yield*`).
 */
export type Rounds<Result> = Generator<readonly Question[], Result, void>;

/** Runs several askings side by side. `ended` receives each result as soon as it is known, with its index in `all`. */
export function* together<Result>(
  all: readonly Rounds<Result>[],
  ended: (result: Result, index: number) => void,
): Rounds<void> {
  // Nearly all items are pairs, which need a single comparison: it skips the bookkeeping.
  const [only] = all;
  if (only && all.length === 1) return ended(yield* only, 0);
  let open = all.map((rounds, index) => ({ rounds, index }));
  for (;;) {
    const questions: Question[] = [];
    open = open.filter(({ rounds, index }) => {
      const step = rounds.next();
      if (step.done) ended(step.value, index);
      else questions.push(...step.value);
      return !step.done;
    });
    if (open.length === 0) return;
    yield questions;
  }
}
