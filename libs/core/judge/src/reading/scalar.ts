import { type ChatChoice, isScore } from '@proofmill/contract';

/**
 * The score in an answer like "reward:-6.84,helpfulness:3.1", which NVIDIA's NIM returns from the chat route. Null if the attribute
 * is missing, has two different values, or is no number in range. The server does not sample this text, so its finish reason is
 * meaningless.
 */
export function readScalar({ content }: ChatChoice, attribute: string): number | null {
  const values = content.split(',').flatMap((pair) => {
    const colon = pair.indexOf(':');
    return colon >= 0 && pair.slice(0, colon).trim() === attribute ? [pair.slice(colon + 1).trim()] : [];
  });
  const [text = ''] = values;
  if (values.some((other) => other !== text) || !/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return null;
  const score = Number(text);
  return isScore(score) ? score : null;
}
