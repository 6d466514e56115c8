import type { ChatChoice } from '@proofmill/contract';

/**
 * The score in an answer like "reward:-6.84,helpfulness:3.1", as NVIDIA's NIM gives it from the chat route. Null where the
 * attribute is not there, is there with two values, or is no finite number. The server writes this text in one piece and does
 * not sample it, so why it stopped says nothing.
 */
export function readScalar({ content }: ChatChoice, attribute: string): number | null {
  const values = content.split(',').flatMap((pair) => {
    const colon = pair.indexOf(':');
    return colon >= 0 && pair.slice(0, colon).trim() === attribute ? [pair.slice(colon + 1).trim()] : [];
  });
  const [text = ''] = values;
  if (values.some((other) => other !== text) || !/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return null;
  const score = Number(text);
  return Number.isFinite(score) ? score : null;
}
