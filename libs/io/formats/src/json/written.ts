import type { AsWritten } from '@proofmill/contract';

/**
 * The numbers of a JSON text as they stand in it, where JavaScript would write them in another way: 1.0, 0.10, 1e5, more digits than a number
 * holds. The text is looked through when somebody asks, and parsed once more only where it has such a number.
 */
export class NumbersAsWritten implements AsWritten {
  readonly #text: string;
  #found: ReadonlyMap<string, string> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  at(path: string): string | undefined {
    this.#found ??= numbersIn(this.#text);
    return this.#found.get(path);
  }
}

class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function numbersIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!hasNumberText(text)) return found;
  const marked = JSON.parse(text, (_name, value: unknown, context?: { source?: string }) => {
    const { source } = context ?? {};
    return typeof value === 'number' && source !== undefined && String(value) !== source
      ? new NumberText(source)
      : value;
  }) as object;
  // A field of that very name wins over a field inside a field, as for whoever asks.
  for (const [name, value] of Object.entries(marked)) if (value instanceof NumberText) found.set(name, value.text);
  collect(marked, '', found);
  return found;
}

/** Numbers follow a bracket, a comma or a colon. In a string such a place costs time and nothing else. */
function hasNumberText(text: string): boolean {
  for (const [, number = ''] of text.matchAll(/[:[,]\s*(-?\d[\d.eE+-]*)/g)) {
    if (String(Number(number)) !== number) return true;
  }
  return false;
}

function collect(value: unknown, path: string, found: Map<string, string>): void {
  if (value === null || typeof value !== 'object') return;
  if (value instanceof NumberText) {
    if (!found.has(path)) found.set(path, value.text);
  } else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) collect(entry, `${path}[${index}]`, found);
  } else {
    for (const [name, inside] of Object.entries(value)) collect(inside, path === '' ? name : `${path}.${name}`, found);
  }
}
