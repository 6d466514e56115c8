import type { APIError } from 'openai';

/** The server's sentence, without the status that the SDK puts ahead of it; empty if there is none. */
export const serverMessage = (error: APIError): string => sentenceIn(error.error, 0);

/** Deeper than any server nests its sentence: LiteLLM has it below `detail`, Mistral below `message` and `detail`. */
const deepest = 4;

/** The complaints of FastAPI and pydantic are a list, each with its place; what they echo of the request is left out. */
function sentenceIn(body: unknown, depth: number): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null || depth > deepest) return '';
  if (Array.isArray(body)) {
    return body
      .map((each) => sentenceIn(each, depth + 1))
      .filter((each) => each !== '')
      .join('; ');
  }
  const { message, detail, error, msg, loc } = body as Record<string, unknown>;
  const sentence = sentenceIn(message ?? detail ?? error ?? msg, depth + 1);
  return sentence !== '' && Array.isArray(loc) ? `${loc.join('.')}: ${sentence}` : sentence;
}

const longestSentence = 400;

/** Fit for a log: one line, not long, and without the echo of the request that pydantic adds to its complaints. */
export function shortened(message: string): string {
  const line = message
    .replace(/,? ?['"]input['"]: .*$/s, ' ...')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= longestSentence ? line : `${line.slice(0, longestSentence)}...`;
}
