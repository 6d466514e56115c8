/** The store and the journals on a real S3 server. A process has one S3 client, and hence one server. */
import { createHash, randomUUID } from 'node:crypto';
import { openInputs, openListedFolder, s3Journals, s3Store } from '@proofmill/blob';
import { ConfigurationError, IntegrityError } from '@proofmill/contract';
import { type S3Server, s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalsSuite } from './journals-suite.ts';
import { storeSuite } from './store-suite.ts';

const skipReason = await s3SkipReason();

describe.skipIf(skipReason)(`on versitygw${skipReason && `: skipped. ${skipReason}`}`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    Object.assign(process.env, server.env);
  }, 60_000);
  afterAll(() => server?.[Symbol.asyncDispose]());

  const newLocation = () => ({ bucket: server.bucket, prefix: `out/${randomUUID()}` });

  storeSuite('s3Store', async () => {
    const location = newLocation();
    return { open: () => s3Store(location), close: async () => undefined };
  });

  journalsSuite('s3Journals', async () => {
    const location = newLocation();
    let broken = false;
    const bucketStore = s3Store({ bucket: location.bucket, prefix: '' });
    const createSegment = async (key: string, body: Uint8Array): Promise<boolean> => {
      if (broken) throw new Error('the server is gone');
      return (await bucketStore.write(key, [body])).created;
    };
    return {
      open: () => s3Journals(location, (partition) => `journal/${partition}`, { syncEveryMs: 0, createSegment }),
      breakSync: () => {
        broken = true;
      },
      close: async () => undefined,
    };
  });

  describe('a large object', () => {
    const size = 20_000_000;
    function* content(): Generator<Uint8Array> {
      for (let sent = 0; sent < size; sent += 100_000) yield new Uint8Array(100_000).fill(sent % 251);
    }
    const digest = createHash('sha256');
    for (const piece of content()) digest.update(piece);
    const sha256 = digest.digest('hex');

    it('is uploaded in parts, created once, and read back whole', async () => {
      const store = s3Store(newLocation());
      expect(await store.write('large', content())).toEqual({ path: 'large', created: true, bytes: size, sha256 });
      expect(await store.write('large', content())).toMatchObject({ created: false, sha256 });
      const streamed = createHash('sha256');
      for await (const piece of store.stream('large')) streamed.update(piece);
      expect(streamed.digest('hex')).toBe(sha256);
    });

    it('is created by exactly one of 5 concurrent writers, named by path or by content', async () => {
      const location = newLocation();
      const winnersOf = async (path: string | (() => string)): Promise<number> => {
        const written = await Promise.all(Array.from({ length: 5 }, () => s3Store(location).write(path, content())));
        return written.filter(({ created }) => created).length;
      };
      expect(await winnersOf('large')).toBe(1);
      expect(await winnersOf(() => 'named')).toBe(1);
    });

    it('is named after its content, promoted by the server, and leaves no other object', async () => {
      const store = s3Store(newLocation());
      const { path, created } = await store.write((hash) => `staging/${hash.slice(0, 8)}`, content());
      expect([path, created]).toEqual([`staging/${sha256.slice(0, 8)}`, true]);
      await store.promote(path, 'data/x');
      await store.promote(path, 'data/x');
      expect(await store.list('')).toEqual(['data/x', path]);
      await store.write('data/y', [new Uint8Array(size)]);
      await expect(store.promote(path, 'data/y')).rejects.toThrow(IntegrityError);
    });
  });

  it('a journal writes segments at a limited rate, however often it is synced', async () => {
    const location = newLocation();
    const journals = s3Journals(location, () => 'journal', { syncEveryMs: 400 });
    const writer = await journals.create(0);
    const start = performance.now();
    for (let round = 0; round < 3; round += 1) {
      await writer.append(new Uint8Array(10));
      await writer.sync();
    }
    expect(performance.now() - start).toBeGreaterThanOrEqual(750);
    await writer.close();
    expect((await s3Store(location).list('journal/')).filter((path) => !path.endsWith('owner'))).toEqual([
      'journal/00001/0000000000000000',
      'journal/00001/0000000000000010',
      'journal/00001/0000000000000020',
    ]);
  });

  describe('inputs', () => {
    it('are found by key and by glob, and read only while they match the listing', async () => {
      const location = newLocation();
      const store = s3Store(location);
      for (const name of ['b.jsonl', 'a.jsonl', 'deep/c.jsonl', 'other.txt'])
        await store.write(`corpus/${name}`, [new TextEncoder().encode(name)]);
      const base = `s3://${location.bucket}/${location.prefix}/corpus`;
      const inputs = openInputs({ baseDir: '/' });
      const [first, ...more] = await inputs.list([`${base}/**/*.jsonl`, `${base}/other.txt`]);
      expect([first, ...more].map((input) => input?.uri)).toEqual(
        ['a.jsonl', 'b.jsonl', 'deep/c.jsonl', 'other.txt'].map((name) => `${base}/${name}`),
      );
      if (!first) throw new Error('nothing was listed');
      const pieces: Uint8Array[] = [];
      for await (const piece of inputs.open(first)) pieces.push(piece);
      expect(Buffer.concat(pieces).toString()).toBe('a.jsonl');
      expect(Buffer.from(await inputs.read(first, 2, 3)).toString()).toBe('jso');
      expect(Buffer.from(await inputs.read(first, 5, 100)).toString()).toBe('nl');
      expect(await inputs.read(first, 7, 100)).toHaveLength(0);
      await store.remove('corpus/a.jsonl');
      await store.write('corpus/a.jsonl', [new TextEncoder().encode('other')]);
      await expect(inputs.open(first)[Symbol.asyncIterator]().next()).rejects.toThrow(ConfigurationError);
      await expect(inputs.read(first, 0, 3)).rejects.toThrow(ConfigurationError);
    });

    it('that match no object are refused, with the names of those that exist', async () => {
      const location = newLocation();
      await s3Store(location).write('corpus/pairs.jsonl', []);
      const listing = openInputs({ baseDir: '/' }).list([
        `s3://${location.bucket}/${location.prefix}/corpus/pairs.json`,
      ]);
      await expect(listing).rejects.toThrow(/matches no object\. Similar keys are: .*pairs\.jsonl/);
    });
  });

  it('a listed folder shows what others have put there, and reads it only as it was listed', async () => {
    const location = newLocation();
    const put = (name: string, text: string): Promise<void> =>
      server.put(`${location.prefix}/${name}`, Buffer.from(text));
    for (const name of ['config.json', 'a/b.bin', 'a\\b', '.proofmill/tmp/staged-1']) await put(name, name);
    await s3Store(location).write('mine', [new Uint8Array(20_000_000)], { sha256: 'of the caller' });
    const folder = openListedFolder(`s3://${location.bucket}/${location.prefix}/`);
    const files = await folder.list(10);
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['a/b.bin', 7],
      ['a\\b', 3],
      ['config.json', 11],
      ['mine', 20_000_000],
    ]);
    const [first] = await folder.list(1);
    expect(first).toEqual(files[0]);
    if (!first) throw new Error('nothing was listed');
    expect(Buffer.concat(await Array.fromAsync(folder.stream(first))).toString()).toBe('a/b.bin');
    await put('a/b.bin', 'longer than before');
    await expect(Array.fromAsync(folder.stream(first))).rejects.toThrow('was replaced since it was listed');
    const gone = { path: 'gone', bytes: 1, version: '"1"' };
    await expect(Array.fromAsync(folder.stream(gone))).rejects.toThrow(ConfigurationError);
    // Of a large object, whose writer has known it ahead; another program writes none.
    expect(await folder.recordedSha256('mine')).toBe('of the caller');
    expect(await folder.recordedSha256('config.json')).toBeNull();
  });

  it('a glob that matches an earlier output is refused; naming its rows is not', async () => {
    const location = newLocation();
    const store = s3Store(location);
    for (const path of ['pairs.jsonl', 'labels/data/train-00000-of-00001.jsonl', 'labels/_MANIFEST.json'])
      await store.write(path, []);
    const base = `s3://${location.bucket}/${location.prefix}`;
    const inputs = openInputs({ baseDir: '/' });
    await expect(inputs.list([`${base}/**/*.jsonl`])).rejects.toThrow(
      `a file of an earlier output in ${base}/labels. Name`,
    );
    expect(await inputs.list([`${base}/*/data/*.jsonl`])).toHaveLength(1);
  });

  it('a missing bucket is refused, with advice', async () => {
    const store = s3Store({ bucket: 'no-such-bucket', prefix: 'x' });
    for (const call of [() => store.read('a'), () => store.list(''), () => store.write('a', [])]) {
      await expect(call()).rejects.toThrow(/no such bucket: create it/);
      await expect(call()).rejects.toThrow(ConfigurationError);
    }
  });
});
