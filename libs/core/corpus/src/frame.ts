import { fieldAt } from './field.ts';
import type { Frame } from './shape.ts';

/** The part of a text after one marker and in front of another. Undefined where one of them is missing or stands there twice. */
function between(text: unknown, after: string, before: string): string | undefined {
  if (typeof text !== 'string') return undefined;
  const pieces = text.split(after);
  const [piece, ...more] = pieces[1]?.split(before) ?? [];
  return pieces.length === 2 && more.length === 1 ? piece?.trim() : undefined;
}

/**
 * A record with the columns `framed.question`, `framed.a`, `framed.b` and `framed.verdict` beside its own; undefined where its texts do
 * not have the markers, each once: a text that imitates them could not be told from the frame.
 */
export function unframed(record: object, { question, responses, verdict }: Frame): object | undefined {
  const asked = fieldAt(record, question.at);
  const text = typeof asked === 'string' && !asked.includes(question.before) ? `${asked}${question.before}` : asked;
  const shown = fieldAt(record, responses.at);
  const found = {
    'framed.question': between(text, question.after, question.before),
    'framed.a': between(shown, ...responses.a),
    'framed.b': between(shown, ...responses.b),
  };
  if (Object.values(found).includes(undefined)) return undefined;
  return {
    ...record,
    ...found,
    ...(verdict === undefined ? {} : { 'framed.verdict': verdictIn(fieldAt(record, verdict)) }),
  };
}

/** The letter alone, or the last one between the tags of an answer; what else there is, as it is. */
function verdictIn(output: unknown): unknown {
  if (typeof output !== 'string' || output.trim() === '') return null;
  const answers = [...output.matchAll(/<answer>\s*([AB])\s*<\/answer>/g)];
  return answers.at(-1)?.[1] ?? output.trim();
}
