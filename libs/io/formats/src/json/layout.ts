import { blankStart } from '../blank.ts';
import { lookAtJson } from './fault.ts';

/**
 * How the records of a JSON text are laid out. `lines`: one value a line, and a broken line costs itself. `values`: lists, and objects that
 * span lines or have commas between them. `object`: an object that may be the only value, and then may be a record or hold the records.
 */
export type JsonLayout = 'lines' | 'values' | 'object';

const linesLookedAt = 4;

/** The layout of a text by its beginning; `isWhole`: there is no more of it. */
export function layoutOf(head: Buffer, isWhole: boolean): JsonLayout {
  const text = head.toString('utf8').replace(blankStart, '');
  if (text.startsWith('[')) return 'values';
  if (!text.startsWith('{')) return 'lines';
  const { fault, end } = lookAtJson(text, { firstValueOnly: true });
  if (fault === null) {
    const rest = text.slice(end);
    if (rest === '') return 'object';
    return text.slice(0, end).trimEnd().includes('\n') || rest.startsWith(',') ? 'values' : 'lines';
  }
  if (fault.isCut === true && !isWhole) return 'object';
  // The first value is broken. In a file of lines one of the next is a record by itself.
  const [, ...further] = text.split('\n', linesLookedAt);
  return further.length === 0 || further.some(isRecord) ? 'lines' : 'values';
}

function isRecord(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}
