import { createHash } from 'node:crypto';
import { IntegrityError, type Store } from '@proofmill/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A place that holds objects. Each `open` gives the view of another process. */
export interface StoreBed {
  open(): Store;
  close(): Promise<void>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString());
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function* slowly(text: string): AsyncGenerator<Uint8Array> {
  for (const character of text) {
    await Promise.resolve();
    yield bytesOf(character);
  }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** The contract of a Store, for every implementation. */
export function storeSuite(name: string, make: () => Promise<StoreBed>): void {
  describe(`${name} as a Store`, () => {
    let bed: StoreBed;
    let store: Store;
    beforeEach(async () => {
      bed = await make();
      store = bed.open();
    });
    afterEach(() => bed.close());

    const write = (path: string, text: string, view = store) => view.write(path, [bytesOf(text)]);
    const read = async (path: string) => textOf(await store.read(path));

    it('reports the size and digest of a write, and reads the same bytes back', async () => {
      const written = await store.write('a/b.txt', slowly('hello'));
      expect(written).toEqual({ path: 'a/b.txt', created: true, bytes: 5, sha256: sha256('hello') });
      expect(await read('a/b.txt')).toBe('hello');
    });

    it('stores an empty object', async () => {
      expect(await store.write('empty', [])).toMatchObject({ created: true, bytes: 0, sha256: sha256('') });
      expect(await read('empty')).toBe('');
    });

    it('never changes an object: a second write reports its own digest and that it created nothing', async () => {
      await write('a', 'first');
      expect(await write('a', 'other')).toEqual({ path: 'a', created: false, bytes: 5, sha256: sha256('other') });
      expect(await read('a')).toBe('first');
    });

    it('names an object after its content', async () => {
      const written = await store.write((digest) => `x/${digest.slice(0, 8)}.json`, slowly('content'));
      expect(written.path).toBe(`x/${sha256('content').slice(0, 8)}.json`);
      expect(await read(written.path)).toBe('content');
    });

    it('lets exactly one of 20 concurrent creators win, and reads its object', async () => {
      const offers = Array.from({ length: 20 }, (_, number) => `${number}:`.padEnd(50_000, 'x'));
      const written = await Promise.all(offers.map((offer) => write('race/one', offer, bed.open())));
      const winners = written.flatMap(({ created }, number) => (created ? [number] : []));
      expect(winners).toHaveLength(1);
      expect(await read('race/one')).toBe(offers[winners[0] ?? -1]);
    });

    it('shows nothing of an object whose content fails half way', async () => {
      async function* failing() {
        yield bytesOf('half of ');
        throw new RangeError('no more');
      }
      await expect(store.write('a/half', failing())).rejects.toThrow(RangeError);
      expect(await store.read('a/half')).toBeNull();
      expect(await store.list('')).toEqual([]);
      expect(await write('a/half', 'whole')).toMatchObject({ created: true });
    });

    it('reads ranges, and cuts those that reach beyond the end', async () => {
      await write('a', '0123456789');
      const range = async (offset: number, length: number) => textOf(await store.read('a', { offset, length }));
      expect(await range(0, 4)).toBe('0123');
      expect(await range(3, 4)).toBe('3456');
      expect(await range(8, 100)).toBe('89');
      expect(await range(10, 5)).toBe('');
      expect(await store.read('b', { offset: 0, length: 1 })).toBeNull();
    });

    it('streams a large object whole', async () => {
      const pieces = Array.from({ length: 40 }, (_, number) => new Uint8Array(50_000).fill(number));
      const written = await store.write('large', pieces);
      expect(written.bytes).toBe(2_000_000);
      const streamed = Buffer.concat(await all(store.stream('large')));
      expect(createHash('sha256').update(streamed).digest('hex')).toBe(written.sha256);
      expect(Buffer.from((await store.read('large', { offset: 49_999, length: 2 })) ?? []).toString('hex')).toBe(
        '0001',
      );
    });

    it('reads a missing object as null, and rejects its stream with an IntegrityError', async () => {
      expect(await store.read('no/such')).toBeNull();
      await expect(all(store.stream('no/such'))).rejects.toThrow(IntegrityError);
    });

    it('lists by prefix, sorted by the whole path', async () => {
      const paths = ['b/2', 'a.b', 'a/c/d', 'a/b', 'a', 'b/10', '.proofmill/label/plan/START', 'b2'].filter(
        // A folder cannot also be a file, so no store has to hold both.
        (path) => path !== 'a',
      );
      for (const path of paths) await write(path, path);
      expect(await store.list('')).toEqual([...paths].sort());
      expect(await store.list('a')).toEqual(['a.b', 'a/b', 'a/c/d']);
      expect(await store.list('a/')).toEqual(['a/b', 'a/c/d']);
      expect(await store.list('b/1')).toEqual(['b/10']);
      expect(await store.list('.proofmill/label/plan/')).toEqual(['.proofmill/label/plan/START']);
      expect(await store.list('no/such/')).toEqual([]);
      const some = await store.list('', 2);
      expect(some).toEqual(paths.filter((path) => some.includes(path)).sort());
      expect(some).toHaveLength(2);
      expect(await store.list('b/1', 2)).toEqual(['b/10']);
    });

    it('promotes an object to an equal copy, and keeps the original', async () => {
      await write('staging/x', 'rows');
      await store.promote('staging/x', 'data/x');
      expect(await read('data/x')).toBe('rows');
      expect(await read('staging/x')).toBe('rows');
    });

    it('promotes safely again, and 10 times at once', async () => {
      await write('staging/x', 'rows');
      await Promise.all(Array.from({ length: 10 }, () => bed.open().promote('staging/x', 'data/x')));
      await store.promote('staging/x', 'data/x');
      expect(await read('data/x')).toBe('rows');
      expect(await store.list('data/')).toEqual(['data/x']);
    });

    it('promotes onto an equal object from another writer', async () => {
      await write('staging/x', 'rows');
      await write('data/x', 'rows');
      await store.promote('staging/x', 'data/x');
    });

    it('refuses to promote onto a different object, or from a missing one', async () => {
      await write('staging/x', 'rows');
      await write('data/x', 'ROWS');
      await expect(store.promote('staging/x', 'data/x')).rejects.toThrow(IntegrityError);
      expect(await read('data/x')).toBe('ROWS');
      await expect(store.promote('staging/y', 'data/y')).rejects.toThrow(IntegrityError);
    });

    it('removes an object, and ignores one that is missing', async () => {
      await write('a/b', 'x');
      await store.remove('a/b');
      await store.remove('a/b');
      await store.remove('no/such');
      expect(await store.read('a/b')).toBeNull();
      expect(await write('a/b', 'y')).toMatchObject({ created: true });
    });
  });
}
