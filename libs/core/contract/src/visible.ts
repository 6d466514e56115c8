/**
 * Text of others as it may be shown: with the characters that a terminal or a page would obey instead of showing written as `\u001b`.
 *
 * Those are control characters (ESC and the C1 range, which begin commands of a terminal), format characters (which turn the direction
 * of what follows, or show nothing), separators of lines and paragraphs, and halves of surrogate pairs. The two joiners stay: emoji and
 * some scripts need them, and they move nothing.
 */
const obeyed = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;
/** A line feed ends a line; a carriage return ahead of it does no harm, and would go back to its beginning alone. */
const obeyedInLines = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d\n\t\r]]|\r(?!\n)/gv;

/** A text of one line, such as a name. */
export const visible = (text: string): string => text.replace(obeyed, escaped);

/** A text that may have lines and tabs. JSON stays the same value: these characters stand only in its strings. */
export const visibleLines = (text: string): string => text.replace(obeyedInLines, escaped);

function escaped(character: string): string {
  let units = '';
  for (let at = 0; at < character.length; at += 1)
    units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return units;
}
