/**
 * Whether a text is what a regular expression allows, from its first character to its last. It takes linear time: an engine's own
 * RegExp may take for ever with a text that does not match, and answers are not ours.
 */
import { type Pattern, parseRegex, type Test } from './regex-syntax.ts';

/** `beginning`: no match, but more text could make it one. */
export type Fit = 'whole' | 'beginning' | 'none';

/** A place in the pattern: what the next character has to be, or where to look next. */
interface Place {
  readonly test: Test | null;
  readonly next: Place[];
}

/** Patterns that would need more places are not looked at. */
const mostPlaces = 2000;

/** A text's fit; null where the expression holds something that is not known here, so that nothing can be concluded. */
export function answerFormOf(regex: string): ((text: string) => Fit) | null {
  const pattern = parseRegex(regex);
  if (pattern === null) return null;
  const end: Place = { test: null, next: [] };
  const start = new Builder().build(pattern, end);
  return start && ((text) => fitOf(text, start, end));
}

function fitOf(text: string, start: Place, end: Place): Fit {
  let reached = reachedFrom([start]);
  for (const character of text) {
    const after: Place[] = [];
    for (const { test, next } of reached) if (test?.(character)) after.push(...next);
    if (after.length === 0) return 'none';
    reached = reachedFrom(after);
  }
  return reached.has(end) ? 'whole' : 'beginning';
}

/** The places that are reached without a character. */
function reachedFrom(places: readonly Place[]): Set<Place> {
  const reached = new Set<Place>();
  const open = [...places];
  for (let place = open.pop(); place; place = open.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    if (place.test === null) open.push(...place.next);
  }
  return reached;
}

class Builder {
  #places = 0;

  /** The place that a pattern begins at, given what follows it; null where there are too many. */
  build(pattern: Pattern, next: Place): Place | null {
    this.#places += 1;
    if (this.#places > mostPlaces) return null;
    switch (pattern.kind) {
      case 'one':
        return { test: pattern.test, next: [next] };
      case 'sequence':
        return pattern.parts.reduceRight<Place | null>((after, part) => after && this.build(part, after), next);
      case 'choice':
        return either(pattern.branches.map((branch) => this.build(branch, next)));
      case 'repeat':
        return this.#repeated(pattern, next);
    }
  }

  #repeated({ part, least, most }: Extract<Pattern, { kind: 'repeat' }>, next: Place): Place | null {
    let place: Place | null = next;
    if (most === Number.POSITIVE_INFINITY) {
      const again: Place = { test: null, next: [next] };
      const once = this.build(part, again);
      if (once === null) return null;
      again.next.push(once);
      place = again;
    }
    for (let count = most === Number.POSITIVE_INFINITY ? least : most; count > 0 && place; count -= 1) {
      const taken = this.build(part, place);
      place = count > least ? either([taken, next]) : taken;
    }
    return place;
  }
}

function either(places: readonly (Place | null)[]): Place | null {
  const known = places.filter((place) => place !== null);
  return known.length === places.length ? { test: null, next: known } : null;
}
