/** Text by what a person takes for one character: an emoji of several code points, a letter with its accents. */

const segmenter = new Intl.Segmenter();

/** The first `count` characters of a text. */
export function cutText(text: string, count: number): string {
  let taken = 0;
  for (const { index } of segmenter.segment(text)) {
    if (taken === count) return text.slice(0, index);
    taken += 1;
  }
  return text;
}

/** The last `count` characters of a text. */
export const cutStart = (text: string, count: number): string =>
  [...segmenter.segment(text)]
    .slice(-count)
    .map(({ segment }) => segment)
    .join('');

/** How many characters a text has. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of segmenter.segment(text)) length += 1;
  return length;
}

/** A text of one line as lines of at most `width` characters, broken at spaces where there are any. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  /** Where the line may be broken: after its last space. */
  let breakAt = 0;
  let lengthAtBreak = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (length === width) {
      const at = breakAt === 0 || /\s/.test(segment) ? line.length : breakAt;
      lines.push(line.slice(0, at).trimEnd());
      length = at === line.length ? 0 : length - lengthAtBreak;
      line = line.slice(at);
      breakAt = 0;
      // A space between two lines belongs to neither.
      if (length === 0 && /\s/.test(segment)) continue;
    }
    line += segment;
    length += 1;
    if (/\s/.test(segment)) {
      breakAt = line.length;
      lengthAtBreak = length;
    }
  }
  return [...lines, line.trimEnd()];
}
