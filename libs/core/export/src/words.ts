/** The words of a prompt: what two prompts are compared by. */
import { type Message, sha256 } from '@proofmill/contract';

/** Of scripts that put no space between words, each character counts as one. */
const word =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|[[\p{L}\p{M}\p{N}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]]+/gv;

/** A text in lower case and in one form of each character (Unicode's NFKC), without punctuation: words with one space between them. */
export function wordsOf(text: string): string {
  const words = text.normalize('NFKC').toLowerCase().match(word) ?? [];
  return words.length === 0 ? text.trim() : words.join(' ');
}

/** The words of each turn but those of the system. */
export const turnWords = (prompt: readonly Message[]): string[] =>
  prompt.flatMap(({ role, content }) => (role === 'system' ? [] : [wordsOf(content)]));

/**
 * A digest that prompts share which differ in case, punctuation or their system message alone. A training set is split by it, so that no
 * prompt is in two splits.
 */
export const promptKey = (prompt: readonly Message[]): string => sha256(JSON.stringify(turnWords(prompt)));
