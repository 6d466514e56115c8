import { itemSchema } from '@proofmill/contract';
import { chanceOf } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { type FieldMapping, recogniseRecord } from './index.ts';

const names =
  'prompt question instruction input responses response_A response_B response_a response_b chosen rejected label id role content text __proto__ constructor length 0 a.b a b'.split(
    ' ',
  );
const leaves = [null, true, 0, 1, -1, 2.5, 1e300, '', ' ', 'x', 'A', 'B>A', 'tie', 'user', 'assistant', '\u0000'];
const mappings: FieldMapping[] = [
  {},
  { label: null },
  { prompt: 'a.b', responses: 'a', label: 'b', id: 'a.0' },
  { responses: ['a', 'b.0'], prompt: '__proto__.constructor' },
  { chosen: 'a', rejected: 'constructor' },
];

function anyValue(chance: () => number, depth: number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const kind = depth === 0 ? 0 : chance();
  if (kind < 0.45) return pick(leaves);
  const size = Math.floor(chance() * 6);
  if (kind < 0.6) return Array.from({ length: size }, () => anyValue(chance, depth - 1));
  const entries = Array.from(
    { length: size },
    () => `${JSON.stringify(pick(names))}:${JSON.stringify(anyValue(chance, depth - 1))}`,
  );
  // Through JSON.parse, as a record comes: it makes an own field of `__proto__`.
  return JSON.parse(`{${entries.join(',')}}`);
}

/** Records that are nearly right, since chance alone rarely finds the names that belong together. */
function anyRecord(chance: () => number): unknown {
  const start = {
    prompt: 'q',
    question: [{ role: 'user', content: 'q' }],
    responses: ['x', 'y', 'z'],
    response_A: 'x',
  };
  const more = {
    response_B: 'y',
    chosen: [{ role: 'assistant', content: 'x' }],
    rejected: 'y',
    a: { b: 'q', 0: 7 },
    b: ['x'],
  };
  const value = anyValue(chance, 4);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const kept = Object.entries({ ...start, ...more }).filter(() => chance() < 0.6);
  return { ...Object.fromEntries(kept), ...value };
}

it('gives an item of the schema or a problem for any JSON value', () => {
  const seed = Number(process.env.PROOFMILL_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chance = chanceOf(seed);
  let items = 0;
  for (let round = 0; round < 8_000; round += 1) {
    const value = anyRecord(chance);
    const mapping = mappings[round % mappings.length] ?? {};
    const about = `PROOFMILL_SEED=${seed}, round ${round}: ${JSON.stringify(value)}`;
    const recognised = recogniseRecord(value, mapping, { source: { file: 'f', line: 1 } });
    if ('item' in recognised) {
      items += 1;
      expect(itemSchema.safeParse(recognised.item).success, about).toBe(true);
      expect(recognised.item.gold ?? 0, about).toBeLessThan(recognised.item.responses.length);
    } else {
      expect(recognised.problem.message.length, about).toBeGreaterThan(10);
    }
  }
  expect(items, `PROOFMILL_SEED=${seed}: the generator never makes an item`).toBeGreaterThan(80);
});
