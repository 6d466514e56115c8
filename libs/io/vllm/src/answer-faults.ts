/** What a server silently did otherwise than it was asked, as far as its answer shows it. */
import type { ChatAnswer, ChatChoice, ChatRequest } from '@proofmill/contract';

/** In characters. Two shorter texts may well be the same by chance. */
const tellingLength = 200;

const textOf = ({ reasoning, content }: ChatChoice): string => reasoning + content;

/**
 * Whether the choices are one answer several times: long texts that agree to the last character, although chance was asked for. SGLang gives
 * all answers to a request the same seed, which decides them with `--enable-deterministic-inference`.
 */
export function areCopies({ choices }: ChatAnswer, { temperature }: ChatRequest): boolean {
  const [first, ...others] = choices;
  if (!first || others.length === 0 || temperature === 0) return false;
  const text = textOf(first);
  return text.length >= tellingLength && others.every((other) => textOf(other) === text);
}
