import { deepestJson, type Unreadable } from '@proofmill/contract';
import { halfCharacter, notFinite, notUtf8, tooDeep } from './unreadables.ts';

interface Options {
  /** Whether a string may have half of a surrogate pair. */
  readonly mayHaveHalves: boolean;
  /** False: bytes that are not UTF-8 were replaced by U+FFFD, so a string that has one cannot be trusted. */
  readonly isText: boolean;
  /** Strings that stand for something that cannot be read. */
  readonly standIns: ReadonlyMap<string, Unreadable>;
}

/**
 * Replaces every value in `top` that cannot be read by an Unreadable, in place. Looks at it level by level, so that no nesting can exhaust
 * the stack.
 */
export function faultless(
  top: object,
  { mayHaveHalves, isText, standIns }: Options,
): { hasNumbers: boolean; hasBigIntegers: boolean } {
  let hasNumbers = false;
  let hasBigIntegers = false;
  let depth = 1;
  let next: object[] = [];

  function readable(value: unknown): unknown {
    if (typeof value === 'string') {
      if (standIns.size > 0 && standIns.has(value)) return standIns.get(value);
      if (!isText && value.includes('\ufffd')) return notUtf8();
      return mayHaveHalves && !value.isWellFormed() ? halfCharacter() : value;
    }
    if (typeof value === 'number') {
      hasNumbers = true;
      // 1e999 is JSON, and infinite.
      if (!Number.isFinite(value)) return notFinite();
      hasBigIntegers ||= Number.isInteger(value) && !Number.isSafeInteger(value);
    } else if (value !== null && typeof value === 'object') {
      if (depth >= deepestJson) return tooDeep();
      next.push(value);
    }
    return value;
  }

  for (let level: object[] = [top]; level.length > 0; level = next) {
    next = [];
    for (const container of level) {
      if (Array.isArray(container)) {
        for (let at = 0; at < container.length; at += 1) {
          const value: unknown = container[at];
          const better = readable(value);
          if (better !== value) container[at] = better;
        }
      } else {
        const fields = container as Record<string, unknown>;
        for (const key of Object.keys(fields)) {
          const value = fields[key];
          const better = readable(value);
          // An own field, whatever its name: assigning to it cannot reach the prototype.
          if (better !== value) fields[key] = better;
        }
      }
    }
    depth += 1;
  }
  return { hasNumbers, hasBigIntegers };
}
