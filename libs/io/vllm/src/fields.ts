/** Fields of an answer that must be there. */
import { bounds } from '@proofmill/contract';
import { foreignAnswer, saidError, unreadableAnswer } from './unusable-answer.ts';

type Fields = Record<string, unknown>;

/**
 * The body of an answer with status 200.
 * @throws RefusalError route when it is no answer of such a server at all
 * @throws RetryableError engine-error when it is an error, or not an object
 */
export function bodyOf(answer: unknown): Fields {
  if (typeof answer === 'string' && answer !== '') throw foreignAnswer(answer);
  const body = objectOf(answer, 'it');
  const said = saidError(body.error);
  if (said !== null) throw unreadableAnswer(`it is an error: "${said}"`);
  return body;
}

/** @throws RetryableError engine-error */
export function objectOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unreadableAnswer(value === undefined ? `${what} is missing` : `${what} is not an object`);
}

/** @throws RetryableError engine-error */
export function listAt(fields: Fields, name: string): unknown[] {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw unreadableAnswer(`it has no list of ${name}`);
}

/** @throws RetryableError engine-error when it is not a whole number from 0 on */
export function integerAt(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw unreadableAnswer(`its ${name} is not a number`);
}

/** The model that the answer names, or the requested model if it names none. */
export const modelAt = (fields: Fields, asked: string): string =>
  typeof fields.model === 'string' && fields.model !== '' ? fields.model : asked;

/**
 * A count of the answer's `usage`, in tokens; null where the server does not count.
 * @throws RetryableError engine-error for a number of tokens that no request has
 */
export function usageAt({ usage }: Fields, name: 'prompt_tokens' | 'completion_tokens'): number | null {
  if ((usage ?? null) === null) return null;
  const fields = objectOf(usage, 'its usage');
  if ((fields[name] ?? null) === null) return null;
  const tokens = integerAt(fields, name);
  if (tokens > bounds.tokens) throw unreadableAnswer(`its ${name} is ${tokens}, more than one request can have`);
  return tokens;
}
