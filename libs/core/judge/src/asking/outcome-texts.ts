/** Limits on the texts that an outcome carries. */

const MAX_TEXT_CHARACTERS = 100_000;
/** As JSON. Plain text of MAX_TEXT_CHARACTERS stays below it; control characters and lone surrogates take six bytes each. */
const MAX_TEXT_BYTES = 400 * 1024;
const MAX_ANSWERS = 8;
const MAX_ANSWER_CHARACTERS = 4000;

const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Cuts a text to what one outcome may carry, between characters. */
export function cutText(text: string): { text: string; cut: boolean } {
  const fits = text.length <= MAX_TEXT_CHARACTERS && jsonBytes(text) <= MAX_TEXT_BYTES;
  if (fits) return { text, cut: false };
  const shorter = wholeCharacters(text, MAX_TEXT_CHARACTERS);
  const safe = jsonBytes(shorter) <= MAX_TEXT_BYTES;
  return { text: safe ? shorter : wholeCharacters(shorter, Math.floor(MAX_TEXT_BYTES / 6) - 1), cut: true };
}

/** A few raw answers, stored with a failure. */
export const sampleAnswers = (answers: readonly string[]): string[] =>
  answers.slice(0, MAX_ANSWERS).map((answer) => wholeCharacters(answer, MAX_ANSWER_CHARACTERS));

/** The first characters of a text, without half a surrogate pair at the end. */
const wholeCharacters = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
