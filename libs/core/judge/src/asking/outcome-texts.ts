/** Limits on the texts that an outcome carries. */

const maxTextCharacters = 100_000;
/** As JSON. Plain text of MAX_TEXT_CHARACTERS stays below it; control characters and lone surrogates take six bytes each. */
const maxTextBytes = 400 * 1024;
const maxAnswers = 8;
const maxAnswerCharacters = 4000;

const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Cuts a text to what one outcome may carry, between characters. */
export function cutText(text: string): { text: string; cut: boolean } {
  const fits = text.length <= maxTextCharacters && jsonBytes(text) <= maxTextBytes;
  if (fits) return { text, cut: false };
  const shorter = wholeCharacters(text, maxTextCharacters);
  const safe = jsonBytes(shorter) <= maxTextBytes;
  return { text: safe ? shorter : wholeCharacters(shorter, Math.floor(maxTextBytes / 6) - 1), cut: true };
}

/** A few raw answers, stored with a failure. */
export const sampleAnswers = (answers: readonly string[]): string[] =>
  answers.slice(0, maxAnswers).map((answer) => wholeCharacters(answer, maxAnswerCharacters));

/** The first characters of a text, without half a surrogate pair at the end. */
const wholeCharacters = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
