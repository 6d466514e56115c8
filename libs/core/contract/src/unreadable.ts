/** A value of a record that cannot be read, in the place where it would stand. */
import type { FailureClass } from './failure-classes.ts';

/**
 * Stands in a decoded record for a value that could not be read: a text that is no text, a number that is none, a part that is nested too
 * deep. It is neither a text nor a number, so it cannot be used by mistake. A record that can do without it is as good as any; who needs it
 * makes `class` and `message` the record's problem.
 */
export class Unreadable {
  readonly class: FailureClass;
  /** What is wrong, without the name of the field. */
  readonly message: string;
  constructor(failureClass: FailureClass, message: string) {
    this.class = failureClass;
    this.message = message;
  }
}

/** The first value in or at `value` that could not be read; null where there is none. */
export function unreadableIn(value: unknown): Unreadable | null {
  if (value instanceof Unreadable) return value;
  if (value === null || typeof value !== 'object') return null;
  // Decoded records are nested `deepestJson` levels deep at most, so this may recurse.
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    const found = unreadableIn(inner);
    if (found !== null) return found;
  }
  return null;
}
