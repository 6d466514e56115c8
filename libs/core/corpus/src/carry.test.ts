import { describe, expect, it } from 'vitest';
import { readCarried } from './carry.ts';

describe('a carried column', () => {
  const record = { id: '7', rank: 7, gold: false, tags: ['a', 1], meta: { 'b c': null }, empty: '', nothing: null };

  it('says what its value was in the corpus', () => {
    expect(readCarried(record, ['id', 'rank', 'gold', 'tags', 'meta', 'empty', 'nothing', 'absent'])).toEqual([
      { name: 'id', type: 'text', value: '7' },
      { name: 'rank', type: 'number', value: '7' },
      { name: 'gold', type: 'boolean', value: 'false' },
      { name: 'tags', type: 'json', value: '["a",1]' },
      { name: 'meta', type: 'json', value: '{"b c":null}' },
      { name: 'empty', type: 'text', value: '' },
      { name: 'nothing', type: 'none', value: null },
      { name: 'absent', type: 'none', value: null },
    ]);
  });

  it('is cut by nobody: a longer one fails its record', () => {
    const id = 'x'.repeat(4096);
    expect(readCarried({ id }, ['id'])).toEqual([{ name: 'id', type: 'text', value: id }]);
    expect(readCarried({ id: `${id}x` }, ['id'])).toMatchObject({
      problem: { class: 'bad-carry', message: expect.stringContaining('id has 4097 characters') },
    });
  });
});
