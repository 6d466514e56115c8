import type { Body } from './request-fields.ts';

interface StructuredOutputs {
  readonly choice?: unknown;
  readonly regex?: unknown;
}

const fieldOf = (body: Body): StructuredOutputs => (body.structured_outputs ?? {}) as StructuredOutputs;

/**
 * The words that structured outputs allow: those of a choice, or the usual ones that match a regular expression. Null where any
 * text is allowed, or another form: see `heldTo`.
 */
export function allowedWords(body: Body): string[] | null {
  const { choice, regex } = fieldOf(body);
  if (Array.isArray(choice)) return choice.map(String);
  if (typeof regex !== 'string') return null;
  const words = ['A', 'B', '1', '2', 'yes', 'no'].filter((word) => matches(regex, word));
  return words.length > 0 ? words : null;
}

/** The longest reasoning that the built-in profiles with a regular expression allow, in characters. */
const reasoningCharacters = 200;

/**
 * An answer in the form that structured outputs want: its reasoning shortened, its tags without blanks inside. Where that is not the form
 * either, the answer is left as it is, as by engines that do not know the field.
 */
export function heldTo(body: Body, text: string): string {
  const { regex } = fieldOf(body);
  if (typeof regex !== 'string' || matches(regex, text)) return text;
  const tidy = text
    .replace(
      /<think>([^<]*)<\/think>/,
      (_whole, thought: string) => `<think>${thought.trim().slice(0, reasoningCharacters)}</think>`,
    )
    .replace(/<answer>\s*([^<]*?)\s*<\/answer>/, '<answer>$1</answer>');
  return matches(regex, tidy) ? tidy : text;
}

function matches(regex: string, word: string): boolean {
  try {
    return new RegExp(`^(?:${regex})$`).test(word);
  } catch {
    return false; // another dialect
  }
}
