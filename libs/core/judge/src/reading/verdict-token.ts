import type { AnswerToken } from '@proofmill/contract';
import { shareOfFirst } from './token-share.ts';
import type { Verdict, Verdicts } from './verdict-words.ts';

/**
 * The probability of the response shown first, at the token where the verdict words start to differ ("1" of "Assistant 1"). `tail`
 * is the content from the verdict on. Null if that token cannot be found, or if its first letter does not distinguish the sides:
 * both A>B and A=B start with "A".
 */
export function probabilityAtVerdict(tokens: readonly AnswerToken[], tail: string, words: Verdicts): number | null {
  const lower = Object.entries(words).map(([word, verdict]) => [word.toLowerCase(), verdict] as const);
  const shared = sharedLength(lower.map(([word]) => word));
  const endings = lower.map(([word, verdict]) => ({ ending: word.slice(shared), verdict }));
  if (!tellApart(endings)) return null;
  const found = tokenWith(tokens, tail.slice(shared));
  return found && shareOfFirst(found.token.top, (token) => meaningOf(token, found.before, endings));
}

interface Ending {
  /** The part of a verdict word after the beginning that all words share. */
  readonly ending: string;
  readonly verdict: Verdict;
}

/** Length of the longest common prefix. */
function sharedLength(words: readonly string[]): number {
  const [one = ''] = words;
  let length = 0;
  while (length < one.length && words.every((word) => word[length] === one[length])) length += 1;
  return length;
}

function tellApart(endings: readonly Ending[]): boolean {
  const byLetter = new Map<string, Verdict>();
  for (const { ending, verdict } of endings) {
    const letter = ending[0];
    if (letter === undefined || (byLetter.get(letter) ?? verdict) !== verdict) return false;
    byLetter.set(letter, verdict);
  }
  return byLetter.size > 1;
}

/**
 * The token in which the tail starts, and the part of it ahead of the tail. Matched from the end, because the tokens may start with
 * reasoning that is not in the content, or with characters split into bytes. The last token may be the end of the turn, which is
 * not in the content either.
 */
function tokenWith(tokens: readonly AnswerToken[], tail: string): { token: AnswerToken; before: string } | null {
  const wanted = tail.trimEnd();
  if (wanted === '') return null;
  for (const count of [tokens.length, tokens.length - 1]) {
    const texts = tokens.slice(0, Math.max(0, count)).map(({ text }) => text);
    const joined = texts.join('').trimEnd();
    if (!joined.endsWith(wanted)) continue;
    const at = joined.length - wanted.length;
    let end = 0;
    const index = texts.findIndex((text) => {
      end += text.length;
      return end > at;
    });
    const token = tokens[index];
    return token ? { token, before: token.text.slice(0, at - (end - token.text.length)) } : null;
  }
  return null;
}

/** The verdict that a token means at that position: it continues a verdict word, and may run past the end of the word. */
function meaningOf(token: string, before: string, endings: readonly Ending[]): Verdict | null {
  const lower = token.trimStart().toLowerCase();
  const lead = before.trimStart().toLowerCase();
  if (!lower.startsWith(lead)) return null;
  const rest = lower.slice(lead.length).trim();
  if (rest === '') return null;
  const meant = endings.find(
    ({ ending }) => ending.startsWith(rest) || (rest.startsWith(ending) && !isLetter(rest[ending.length])),
  );
  return meant?.verdict ?? null;
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
