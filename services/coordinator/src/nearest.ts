/** The candidate that a mistyped word most likely means, or undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  if (best && best.distance <= 1) return best.candidate;
  const begun = candidates.find(
    (candidate) => Math.min(word.length, candidate.length) >= 3 && beginsAlike(word, candidate),
  );
  return begun ?? (best && best.distance <= Math.ceil(word.length / 3) ? best.candidate : undefined);
}

/** Whether one of two words is the beginning of the other. */
const beginsAlike = (a: string, b: string): boolean => {
  const [short = '', long = ''] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length);
  return long.startsWith(short);
};

/** Levenshtein's distance: insertions, deletions and replacements of single characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
