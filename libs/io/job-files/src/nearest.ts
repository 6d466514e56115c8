import { distance } from 'fastest-levenshtein';

/** The candidate that a mistyped word most likely means, or undefined if none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  if (best && best.edits <= 1) return best.candidate;
  const begun = candidates.find(
    (candidate) => Math.min(word.length, candidate.length) >= 3 && beginsAlike(word, candidate),
  );
  return begun ?? (best && best.edits <= Math.ceil(word.length / 3) ? best.candidate : undefined);
}

/** Whether one of two words is the beginning of the other. */
const beginsAlike = (a: string, b: string): boolean => {
  const [short = '', long = ''] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length);
  return long.startsWith(short);
};
