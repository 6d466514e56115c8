import { IntegrityError, type Journals } from '@proofmill/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A place that holds journals. Each `open` gives the view of another process. */
export interface JournalsBed {
  open(): Journals;
  /** Makes syncs fail from now on. Called at most once. */
  breakSync(): void;
  close(): Promise<void>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** The contract of Journals, for every implementation. */
export function journalsSuite(name: string, make: () => Promise<JournalsBed>): void {
  describe(`${name} as Journals`, () => {
    let bed: JournalsBed;
    let journals: Journals;
    beforeEach(async () => {
      bed = await make();
      journals = bed.open();
    });
    afterEach(() => bed.close());

    async function read(epoch: number, offset = 0, length?: number, partition = 0): Promise<string> {
      const pieces = await all(bed.open().read(partition, epoch, offset, length));
      return Buffer.concat(pieces).toString();
    }

    it('has no epochs in an unwritten partition', async () => {
      expect(await journals.epochs(0)).toEqual([]);
    });

    it('counts epochs from 1 in each partition', async () => {
      const writers = [await journals.create(0), await bed.open().create(0), await journals.create(3)];
      expect(writers.map(({ epoch }) => epoch)).toEqual([1, 2, 1]);
      expect(await journals.epochs(0)).toEqual([1, 2]);
      expect(await journals.epochs(3)).toEqual([1]);
      for (const writer of writers) await writer.close();
    });

    it('gives each of 10 concurrent creators an epoch of its own', async () => {
      const writers = await Promise.all(Array.from({ length: 10 }, () => bed.open().create(0)));
      expect(writers.map(({ epoch }) => epoch).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      for (const writer of writers) await writer.append(bytesOf(`of ${writer.epoch}`));
      for (const writer of writers) await writer.sync();
      for (const { epoch } of writers) expect(await read(epoch)).toBe(`of ${epoch}`);
      for (const writer of writers) await writer.close();
    });

    it('returns the position of each append, also of overlapping ones', async () => {
      const writer = await journals.create(0);
      expect(await writer.append(bytesOf('abc'))).toBe(0);
      const texts = Array.from({ length: 50 }, (_, number) => `${number};`.repeat(number));
      const positions = await Promise.all(texts.map((text) => writer.append(bytesOf(text))));
      await writer.sync();
      expect(await read(1)).toBe(`abc${texts.join('')}`);
      for (const [number, text] of texts.entries()) expect(await read(1, positions[number], text.length)).toBe(text);
      await writer.close();
    });

    it('reads from an offset to the end, or up to a length', async () => {
      const writer = await journals.create(0);
      await writer.append(bytesOf('0123456789'));
      await writer.sync();
      expect(await read(1, 4)).toBe('456789');
      expect(await read(1, 4, 3)).toBe('456');
      expect(await read(1, 8, 100)).toBe('89');
      expect(await read(1, 10)).toBe('');
      await writer.close();
    });

    it('shows a reader every synced append while the writer continues', async () => {
      const writer = await journals.create(0);
      for (let round = 1; round <= 20; round += 1) {
        await writer.append(bytesOf('frame;'));
        await writer.sync();
        expect(await read(1)).toBe('frame;'.repeat(round));
      }
      await writer.close();
    });

    it('ends a read although the journal keeps growing', async () => {
      const writer = await journals.create(0);
      const piece = new Uint8Array(300_000);
      await writer.append(piece);
      await writer.sync();
      let bytes = 0;
      for await (const part of bed.open().read(0, 1, 0)) {
        bytes += part.length;
        expect(bytes).toBeLessThan(10_000_000);
        await writer.append(piece);
        await writer.sync();
      }
      expect(bytes).toBeGreaterThanOrEqual(300_000);
      await writer.close();
    });

    it('does not hide a torn tail: a reader gets the bytes as they are', async () => {
      const writer = await journals.create(0);
      await writer.append(bytesOf('whole frame;half a fra'));
      await writer.sync();
      await writer.close();
      const next = await bed.open().create(0);
      expect(next.epoch).toBe(2);
      await next.close();
      expect(await read(1)).toBe('whole frame;half a fra');
    });

    it('treats a failed sync as final: every later call rejects with the same error', async () => {
      const writer = await journals.create(0);
      await writer.append(bytesOf('a'));
      await writer.sync();
      bed.breakSync();
      await writer.append(bytesOf('b'));
      const failure: unknown = await writer.sync().then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(Error);
      await expect(writer.sync()).rejects.toBe(failure);
      await expect(writer.append(bytesOf('c'))).rejects.toBe(failure);
      await expect(writer.sync()).rejects.toBe(failure);
      await writer.close();
    });

    it('can be closed twice, and accepts nothing afterwards', async () => {
      const writer = await journals.create(0);
      await writer.close();
      await writer.close();
      await expect(writer.append(bytesOf('a'))).rejects.toThrow();
      await expect(writer.sync()).rejects.toThrow();
    });

    it('lists the epochs that follow one', async () => {
      for (let epoch = 1; epoch <= 4; epoch += 1) await (await journals.create(0)).close();
      expect(await journals.epochs(0, 2)).toEqual([3, 4]);
      expect(await journals.epochs(0, 4)).toEqual([]);
      await (await bed.open().create(0)).close();
      expect(await journals.epochs(0, 4)).toEqual([5]);
    });

    it('is ended by anybody: its writer syncs nothing more, and what it has synced stays', async () => {
      const writer = await journals.create(0);
      await writer.append(bytesOf('kept'));
      await writer.sync();
      const other = bed.open();
      expect(await read(1)).toBe('kept');
      expect(await other.lengthOfEnded(0, 1)).toBeNull();
      await other.end(0, 1);
      await bed.open().end(0, 1);
      await writer.append(bytesOf('lost'));
      await expect(writer.sync()).rejects.toMatchObject({ code: 'journal-ended' });
      await expect(writer.sync()).rejects.toMatchObject({ code: 'journal-ended' });
      await writer.close();
      // Whoever reads late knows no more than those who read before.
      expect(await read(1)).toBe('kept');
      const next = await bed.open().create(0);
      await next.append(bytesOf('of the next epoch'));
      await next.sync();
      await next.close();
      expect([next.epoch, await read(2)]).toEqual([2, 'of the next epoch']);
    });

    it('that is ended has its length for whoever has read it, an empty one, too', async () => {
      const writer = await journals.create(0);
      await writer.append(bytesOf('four'));
      await writer.sync();
      await writer.close();
      await (await journals.create(0)).close();
      for (const epoch of [1, 2]) await journals.end(0, epoch);
      const other = bed.open();
      for (const epoch of [1, 2]) await all(other.read(0, epoch, 0));
      expect([await other.lengthOfEnded(0, 1), await other.lengthOfEnded(0, 2)]).toEqual([4, 0]);
      expect([await read(1), await read(2)]).toEqual(['four', '']);
    });

    it('that is ended while its writer is busy holds all that a sync has confirmed', async () => {
      const writer = await journals.create(0);
      let confirmed = 0;
      const writing = (async () => {
        for (;;) {
          await writer.append(bytesOf('frame;'));
          await writer.sync();
          confirmed += 6;
        }
      })().catch((error: unknown) => error);
      while (confirmed < 60) await read(1);
      const other = bed.open();
      await other.end(0, 1);
      const atEnd = confirmed;
      await all(other.read(0, 1, 0));
      const length = await other.lengthOfEnded(0, 1);
      expect(await writing).toMatchObject({ code: 'journal-ended' });
      expect(length).toBeGreaterThanOrEqual(atEnd);
      expect(length).toBeGreaterThanOrEqual(confirmed);
      await writer.close();
    });

    it('rejects a read of a missing journal with an IntegrityError', async () => {
      await expect(read(1)).rejects.toThrow(IntegrityError);
      await (await journals.create(0)).close();
      await expect(read(2)).rejects.toThrow(IntegrityError);
    });
  });
}
