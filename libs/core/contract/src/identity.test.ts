import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, itemDigest, sha256, sha256Pieces } from './index.ts';

describe('canonical JSON', () => {
  it('is equal for equal values, whatever the order of their keys', () => {
    const one = { b: [{ y: 1, x: 2 }], a: { d: null, c: 'é' }, 10: 1, 9: 2 };
    const other = { 9: 2, a: { c: 'é', d: null }, 10: 1, b: [{ x: 2, y: 1 }] };
    expect(canonicalJson(one)).toBe(canonicalJson(other));
    expect(digestOf(one)).toBe(digestOf(other));
    expect(JSON.parse(canonicalJson(one))).toEqual(one);
  });

  it('sorts keys by code unit, and leaves lists and strings as they are', () => {
    expect(canonicalJson({ b: [2, 1], a: 'x', B: true, é: 0, aa: null })).toBe(
      '{"B":true,"a":"x","aa":null,"b":[2,1],"é":0}',
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(digestOf({ a: undefined, b: 1 })).toBe(digestOf({ b: 1 }));
  });

  it('tells different values apart', () => {
    const values = [
      {},
      [],
      null,
      '',
      0,
      '0',
      { a: 1 },
      { a: '1' },
      { a: [1] },
      [1],
      [[1]],
      { b: 1 },
      [null],
      'a',
      ['a'],
    ];
    expect(new Set(values.map(digestOf)).size).toBe(values.length);
  });

  it('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":2}'))).toBe('{"__proto__":{"x":1},"a":2}');
  });
});

describe('digests', () => {
  it('of pieces are those of the whole', () => {
    const hash = sha256Pieces();
    for (const piece of ['ab', '', 'c']) hash.update(Buffer.from(piece));
    expect(hash.hex()).toBe(sha256('abc'));
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(Buffer.from('é'))).toBe(sha256('é'));
  });
});

describe('the digest of an item', () => {
  const user = (content: string) => ({ role: 'user', content });
  const item = { prompt: [user('q')], responses: ['a', 'b'] };

  it('is that of what is asked, not of where it stands or what it is called', () => {
    const elsewhere = { ...item, sourceId: 'x', source: { file: 'f', line: 9 }, gold: 1 };
    expect(itemDigest(elsewhere)).toBe(itemDigest(item));
    expect(itemDigest({ prompt: [{ ...user('q'), name: 'extra' } as never], responses: ['a', 'b'] })).toBe(
      itemDigest(item),
    );
  });

  it('differs wherever a judge would be shown something else', () => {
    const items = [
      item,
      { prompt: [user('q')], responses: ['b', 'a'] },
      { prompt: [user('q')], responses: ['a', 'b', ''] },
      { prompt: [user('q')], responses: ['ab', ''] },
      { prompt: [user('q '), user('')], responses: ['a', 'b'] },
      { prompt: [user('q')], responses: ['a"', '"b'] },
      { prompt: [{ role: 'system', content: 'q' }], responses: ['a', 'b'] },
    ];
    const digests = [...items.map((each) => itemDigest(each)), itemDigest(item, 0), itemDigest(item, 1)];
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
