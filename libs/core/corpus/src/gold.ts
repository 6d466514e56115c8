import { type Problem, problem } from './problem.ts';

const notUsable = (field: string, reason: string): Problem =>
  problem('bad-label', `${field} ${reason}. To leave labels out, set spec.corpus.fields.label to null`);

/** The index that a label names: 0, 1, ..; "0", "1", ..; "A", "B", ..; "A>B", "B>A". Null: equal. Undefined: none of these. */
function indexOf(label: unknown): number | null | undefined {
  if (typeof label === 'number') return Number.isInteger(label) && label >= 0 ? label : undefined;
  if (typeof label !== 'string') return undefined;
  const text = label.trim().toUpperCase();
  if (/^\d{1,4}$/.test(text)) return Number(text);
  if (/^[A-Z]$/.test(text)) return text.charCodeAt(0) - 65;
  if (text === 'A>B') return 0;
  if (text === 'B>A') return 1;
  return text === 'A=B' || text === 'TIE' ? null : undefined;
}

/**
 * The gold label: the index of the response that the corpus says is better, null where it says none. `implied` is what the
 * names of the fields say (chosen is better); a label that contradicts them makes the record unusable, since neither can be trusted.
 */
export function readGold(
  label: unknown,
  field: string,
  responses: number,
  implied: number | null,
): { gold: number | null } | Problem {
  if (label === undefined || label === null) return { gold: implied };
  const index = indexOf(label);
  if (index === undefined || (index !== null && index >= responses)) {
    const shown = typeof label === 'object' ? 'a list or object' : JSON.stringify(label).slice(0, 40);
    return notUsable(field, `is ${shown}, which names none of ${responses} responses`);
  }
  if (implied !== null && index !== implied) {
    return notUsable(field, 'contradicts the names of the fields, which say which response was chosen');
  }
  return { gold: index };
}
