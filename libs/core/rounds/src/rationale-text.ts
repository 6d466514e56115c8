/** The words of people about a pair as the reasoning of a judge: one text that calls the responses as a judge does. */

/**
 * The parts with a blank line between them, with the names that people used replaced by Response A and Response B: A is the first response of the
 * record. Null where a part is missing or nothing is left.
 */
export function rationaleText(parts: readonly (string | null)[], names: readonly [string, string]): string | null {
  const texts = parts.map((part) => part?.trim() ?? '');
  if (texts.some((text) => text === '')) return null;
  const [first, second] = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // A digit after it is another name: Response 1 is not the beginning of Response 12.
  const named = new RegExp(`@?(?:(${first})|(${second}))(?![0-9A-Za-z])`, 'g');
  return texts
    .join('\n\n')
    .replaceAll(named, (_whole, isFirst: string | undefined) => (isFirst === undefined ? 'Response B' : 'Response A'));
}

/** The answer of a reasoning judge, in the form that GRAM-R2's prompt asks for (arXiv 2509.02492). */
export const reasonedAnswer = (reasoning: string, letter: 'A' | 'B'): string =>
  `<think>${reasoning}</think>\n<answer>\n${letter}\n</answer>`;
