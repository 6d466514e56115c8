/** Bounds of JSON that others write. */

/** No record or answer that we read is nested deeper, and what walks a value may recurse. */
export const deepestJson = 128;

/**
 * Whether brackets outside of strings are ever nested deeper than `deepestJson`, in a text that may be JSON or not. To be asked ahead
 * of JSON.parse, which makes an object of every bracket: 10 MB of them take 0.6 GB and two seconds.
 */
export function isTooDeepJson(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      at = endOfString(text, at);
    } else if (unit === openingBracket || unit === openingBrace) {
      depth += 1;
      if (depth > deepestJson) return true;
    } else if (unit === closingBracket || unit === closingBrace) depth -= 1;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** Position of the quote that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at;
    at += unit === backslash ? 2 : 1;
  }
  return at;
}
