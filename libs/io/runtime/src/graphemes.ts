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

/** How many characters a text has. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of segmenter.segment(text)) length += 1;
  return length;
}
