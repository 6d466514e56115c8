/** The course of an asking: rounds of questions, and a result. */
import type { Question } from './question.ts';

/**
 * Yields the questions of a round, and is resumed when each has all of its answers. What is asked in several phases, or by
 * several judges, delegates to the rounds of each (`yield*`).
 */
export type Rounds<Result> = Generator<readonly Question[], Result, void>;

/** Asks for several results at the same time. `ended` gets each as soon as it is there, with its place in `all`. */
export function* together<Result>(
  all: readonly Rounds<Result>[],
  ended: (result: Result, place: number) => void,
): Rounds<void> {
  // Nearly all items are pairs, with one match: no list of open ones is made for it.
  const [only] = all;
  if (only && all.length === 1) return ended(yield* only, 0);
  let open = all.map((rounds, place) => ({ rounds, place }));
  for (;;) {
    const questions: Question[] = [];
    open = open.filter(({ rounds, place }) => {
      const step = rounds.next();
      if (step.done) ended(step.value, place);
      else questions.push(...step.value);
      return !step.done;
    });
    if (open.length === 0) return;
    yield questions;
  }
}
