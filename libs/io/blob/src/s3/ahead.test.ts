import { describe, expect, it } from 'vitest';
import { aheadOf } from './ahead.ts';

const piece = (name: string, bytes = 1) => ({ name, bytes });

/** Reads that end when they are told to. */
function bed() {
  const open = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const begun: string[] = [];
  const read = ({ name }: { name: string }): Promise<string> => {
    begun.push(name);
    return new Promise((resolve, reject) => open.set(name, { resolve, reject }));
  };
  return {
    read,
    begun,
    end: (name: string) => open.get(name)?.resolve(name),
    fail: (name: string) => open.get(name)?.reject(new Error(name)),
  };
}

describe('objects that are read ahead', () => {
  it('come in their order, whichever ends first, and no more than so many are asked for', async () => {
    const { read, begun, end } = bed();
    const values = aheadOf(
      ['a', 'b', 'c', 'd'].map((name) => piece(name)),
      read,
      { pieces: 3, bytes: 100 },
    );
    const first = values.next();
    for (const name of ['c', 'b']) end(name);
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    expect((await first).value).toBe('a');
    expect((await values.next()).value).toBe('b');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('d');
    expect([(await values.next()).value, (await values.next()).value, (await values.next()).done]).toEqual([
      'c',
      'd',
      true,
    ]);
  });

  it('have no more bytes than so many, but one of them at least', async () => {
    const { read, begun, end } = bed();
    const values = aheadOf([piece('a', 6), piece('b', 5), piece('c', 500)], read, { pieces: 8, bytes: 10 });
    const first = values.next();
    expect(begun).toEqual(['a']);
    end('a');
    await first;
    const second = values.next();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await second;
    const third = values.next();
    expect(begun).toEqual(['a', 'b', 'c']);
    end('c');
    expect((await third).value).toBe('c');
  });

  it('end with the error of the first that cannot be read, after those ahead of it', async () => {
    const { read, end, fail } = bed();
    const values = aheadOf(
      ['a', 'b', 'c'].map((name) => piece(name)),
      read,
      { pieces: 3, bytes: 100 },
    );
    const first = values.next();
    fail('b');
    end('c');
    end('a');
    expect((await first).value).toBe('a');
    await expect(values.next()).rejects.toThrow('b');
  });
});
