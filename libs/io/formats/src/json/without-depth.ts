/**
 * A text with everything that is nested deeper than `levels` replaced by `standIn`. To be used ahead of JSON.parse, which makes an object
 * of every bracket: 10 MB of them take 0.6 GB. The text need not be JSON; what is not stays as wrong as it was.
 */
export function withoutDepth(text: string, levels: number, standIn: string): string {
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') at = stringEnd(text, at);
    else if (sign === '[' || sign === '{') {
      depth += 1;
      if (depth === levels + 1) {
        kept.push(text.slice(from, at), standIn);
        from = text.length;
      }
    } else if (sign === ']' || sign === '}') {
      if (depth === levels + 1) from = at + 1;
      depth -= 1;
    }
  }
  kept.push(text.slice(from));
  return kept.join('');
}

/** Position of the quote that ends a string, or the end of the text. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
