import { describe, expect, it } from 'vitest';
import { deepestJson, isTooDeepJson } from './json-depth.ts';

const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

describe('JSON', () => {
  it('is too deep beyond the bound, and not at it', () => {
    expect(isTooDeepJson(nested(deepestJson))).toBe(false);
    expect(isTooDeepJson(nested(deepestJson + 2))).toBe(true);
    expect(isTooDeepJson('['.repeat(deepestJson + 1))).toBe(true);
  });

  it('is not too deep for what its strings hold, or for what follows itself', () => {
    expect(isTooDeepJson(JSON.stringify({ text: '[{'.repeat(1000), other: '\\"[[['.repeat(1000) }))).toBe(false);
    expect(isTooDeepJson(`[${'[],{},'.repeat(1000)}1]`)).toBe(false);
    expect(isTooDeepJson(`"${'['.repeat(1000)}`)).toBe(false);
    expect(isTooDeepJson(`"\\`)).toBe(false);
  });
});
