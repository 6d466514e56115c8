/**
 * A tokeniser that needs no vocabulary. A token is a word (in pieces of ten characters) or a punctuation mark, each with the
 * space ahead of it, or a run of white space. Joined, the tokens of a text are the text.
 */

const pieceCharacters = 10;

const space = 32;

const isWhite = (code: number): boolean => code === space || (code >= 9 && code <= 13);

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code >= 128;

/** The end of the token that starts at `start`. */
function tokenEnd(text: string, start: number): number {
  const length = text.length;
  let at = start;
  let code = text.charCodeAt(at);
  if (isWhite(code)) {
    const next = at + 1 < length ? text.charCodeAt(at + 1) : space;
    if (code !== space || isWhite(next)) {
      at += 1;
      while (at < length && isWhite(text.charCodeAt(at))) at += 1;
      return at;
    }
    at += 1;
    code = next;
  }
  if (!isWord(code)) return at + 1;
  const limit = Math.min(length, at + pieceCharacters);
  at += 1;
  while (at < limit && isWord(text.charCodeAt(at))) at += 1;
  // Never between the two halves of a surrogate pair.
  if (at < length && (text.charCodeAt(at) & 0xfc00) === 0xdc00) at += 1;
  return at;
}

export function countTokens(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at = tokenEnd(text, at)) count += 1;
  return count;
}

export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    tokens.push(text.slice(at, end));
    at = end;
  }
  return tokens;
}

/** The text of the first `count` tokens; the whole text where it has fewer. */
export function firstTokens(text: string, count: number): string {
  let at = 0;
  for (let taken = 0; taken < count && at < text.length; taken++) at = tokenEnd(text, at);
  return text.slice(0, at);
}

/** The number of a token: the code of a single ASCII character, else a hash. Two rare tokens may share a number. */
export function tokenId(token: string): number {
  if (token.length === 1 && token.charCodeAt(0) < 128) return token.charCodeAt(0);
  let hash = 2166136261;
  for (let index = 0; index < token.length; index++) hash = Math.imul(hash ^ token.charCodeAt(index), 16777619);
  return 256 + ((hash >>> 0) % 127_744);
}

/** Remembers which token a number stands for. */
export interface Vocabulary {
  /** The numbers of tokens; remembers the tokens. */
  idsOf(tokens: readonly string[]): number[];
  /** The token of a number: a remembered one (the first, where two share a number) or an ASCII character. */
  tokenOf(id: number): string;
}

/** Holds 128,000 tokens at most. Numbers do not depend on it, so they mean the same to every simulator. */
export function createVocabulary(): Vocabulary {
  const known = new Map<number, string>();
  return {
    idsOf: (tokens) =>
      tokens.map((token) => {
        const id = tokenId(token);
        if (id >= 256 && !known.has(id)) known.set(id, token);
        return id;
      }),
    tokenOf: (id) => (id >= 0 && id < 128 ? String.fromCharCode(id) : (known.get(id) ?? `<|${id}|>`)),
  };
}
