/** Responses of an item with the same text are one response to a judge. */

/** The lowest index of each different text. */
export function differentResponses(responses: readonly string[]): number[] {
  // Nearly all items are pairs, and comparing two texts costs less than the keys of a map.
  if (responses.length === 2) return responses[0] === responses[1] ? [0] : [0, 1];
  const seen = new Map<string, number>();
  responses.forEach((text, index) => {
    if (!seen.has(text)) seen.set(text, index);
  });
  return [...seen.values()];
}

/** Each response where its text stands first in `ranked`, so that equal texts stand together. */
export const withEquals = (ranked: readonly number[], responses: readonly string[]): number[] =>
  ranked.flatMap((index) => responses.flatMap((text, other) => (text === responses[index] ? [other] : [])));
