/** Limits on the texts that an outcome carries. */
import type { ChatChoice, FailedOutcome } from '@proofmill/contract';

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

/** A few raw answers and why each ended, stored with a failure. */
export function sampleAnswers(choices: readonly ChatChoice[]): Pick<FailedOutcome, 'answers' | 'finishReasons'> {
  const sample = choices.slice(0, maxAnswers);
  return {
    answers: sample.map((choice) => wholeCharacters(rawText(choice), maxAnswerCharacters)),
    finishReasons: sample.map(({ finishReason }) => finishReason),
  };
}

const rawText = (choice: ChatChoice): string =>
  choice.reasoning ? `${choice.reasoning}\n${choice.content}` : choice.content;

/** The first characters of a text, without half a surrogate pair at the end. */
const wholeCharacters = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
