import type { Body } from './request-fields.ts';

/**
 * The words that structured outputs allow: those of a choice, or the letters that match a regular expression. Null where any
 * text is allowed; any other expression is ignored, as by engines that do not know the field.
 */
export function allowedWords(body: Body): string[] | null {
  const { choice, regex } = (body.structured_outputs ?? {}) as { choice?: unknown; regex?: unknown };
  if (Array.isArray(choice)) return choice.map(String);
  if (typeof regex !== 'string') return null;
  const words = ['A', 'B', '1', '2'].filter((word) => matches(regex, word));
  return words.length > 0 ? words : null;
}

function matches(regex: string, word: string): boolean {
  try {
    return new RegExp(`^(?:${regex})$`).test(word);
  } catch {
    return false; // another dialect
  }
}
