import { itemDigest, type PackLine, type Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { duplicateFinder } from './index.ts';

function lineOf(
  index: number,
  responses: string[],
  more: { question?: string; gold?: number; winner?: number } = {},
): PackLine {
  const { question = 'q', gold = null, winner } = more;
  const source = { file: 'f', line: index + 1 };
  const item = { sourceId: `id ${index}`, source, prompt: [{ role: 'user', content: question }], responses, gold };
  const prior = winner === undefined ? null : ({ winner, responses } as Row);
  return { ask: true, index, digest: itemDigest(item), item, prior };
}

describe('items of a shard', () => {
  it('that say the same are asked about once, in the same order or another', () => {
    const find = duplicateFinder('label');
    const first = lineOf(0, ['x', 'y']);
    expect(find(first, 100)).toBe(first);
    expect(find(lineOf(1, ['x', 'y'], { gold: 1 }), 100)).toMatchObject({
      ask: false,
      index: 1,
      sourceId: 'id 1',
      decided: { type: 'same', as: 0, responses: [0, 1], item: { gold: 1 } },
    });
    expect(find(lineOf(2, ['y', 'x']), 100)).toMatchObject({ decided: { as: 0, responses: [1, 0] } });
  });

  it('are matched response by response where they have more than two', () => {
    const find = duplicateFinder('label');
    find(lineOf(0, ['c', 'a', 'b', 'a']), 100);
    expect(find(lineOf(1, ['a', 'b', 'c', 'a']), 100)).toMatchObject({ decided: { as: 0, responses: [1, 2, 0, 3] } });
  });

  it('that differ in prompt, responses, or the label to prove, are each asked', () => {
    const find = duplicateFinder('label');
    const lines = [
      lineOf(0, ['x', 'y']),
      lineOf(1, ['x', 'y'], { question: 'r' }),
      lineOf(2, ['x', 'z']),
      lineOf(3, ['x', 'y', 'y']),
    ];
    expect(lines.map((line) => find(line, 100))).toEqual(lines);
    const prove = duplicateFinder('prove');
    const labels = [
      lineOf(0, ['x', 'y'], { winner: 0 }),
      lineOf(1, ['x', 'y'], { winner: 1 }),
      lineOf(2, ['y', 'x'], { winner: 1 }),
    ];
    expect(labels.map((line) => prove(line, 100).ask)).toEqual([true, true, false]);
    const gold = duplicateFinder('prove');
    expect(gold(lineOf(0, ['x', 'y'], { gold: 0 }), 100).ask).toBe(true);
    expect(gold(lineOf(1, ['x', 'y'], { gold: 1 }), 100).ask).toBe(true);
  });

  it('that have an id beside their place keep it, and name that of the item that is asked', () => {
    const find = duplicateFinder('label');
    find({ ...lineOf(0, ['x', 'y']), id: '00042:17' }, 100);
    const same = find({ ...lineOf(1, ['y', 'x']), id: '00043:2' }, 100);
    expect(same).toMatchObject({ id: '00043:2', decided: { as: 0, asId: '00042:17' } });
  });

  it('that may be too large for a message are left alone', () => {
    const find = duplicateFinder('label');
    find(lineOf(0, ['x', 'y']), 1_000_000);
    expect(find(lineOf(1, ['x', 'y']), 1_000_000).ask).toBe(true);
    expect(find(lineOf(2, ['x', 'y']), 100).ask).toBe(true);
  });
});
