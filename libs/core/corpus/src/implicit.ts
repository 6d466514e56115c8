import type { Message } from '@proofmill/contract';
import type { Side, Whole } from './conversation/whole.ts';

/**
 * Two texts without a prompt, as TRL's standard format has them: the prompt is what they begin with, up to the last whole word.
 * Undefined where they begin differently.
 */
export function commonBeginning(sides: readonly Side[]): Whole | undefined {
  const texts = sides.map(({ turns }) => (turns.length === 1 ? (turns[0] as Message).content : ''));
  const [first = ''] = texts;
  let end = 0;
  while (end < first.length && texts.every((text) => text[end] === first[end])) end += 1;
  while (end > 0 && !/\s/.test(first[end] ?? ' ')) end -= 1;
  const begin = first.slice(0, end);
  if (begin.trim() === '' || texts.some((text) => text.length <= end)) return undefined;
  return { prompt: [{ role: 'user', content: begin }], responses: texts.map((text) => text.slice(end)) };
}
