/** The store, the journals and the inputs on a real S3 server, with a network that loses answers and a server that is busy. */
import { randomUUID } from 'node:crypto';
import { openInputs, s3Journals, s3Store } from '@proofmill/blob';
import { ConfigurationError, IntegrityError } from '@proofmill/contract';
import { type S3Proxy, startS3Proxy } from '@proofmill/test-kit';
import { type S3Server, s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const skipReason = await s3SkipReason();
const busy = { status: 503, code: 'SlowDown' };
const conflict = { status: 409, code: 'ConditionalRequestConflict' };

describe.skipIf(skipReason)(`versitygw on a faulty network${skipReason && `: skipped. ${skipReason}`}`, () => {
  let server: S3Server;
  let proxy: S3Proxy;
  beforeAll(async () => {
    server = await startS3();
    proxy = await startS3Proxy(server.env.AWS_ENDPOINT_URL ?? '');
    Object.assign(process.env, server.env, { AWS_ENDPOINT_URL: proxy.endpoint });
  }, 60_000);
  afterEach(() => {
    for (const kind of ['PUT', 'GET', 'COPY', 'COMPLETE', 'LIST', 'HEAD']) proxy.inject(kind);
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** A store that has probed its server. */
  async function ready() {
    const location = { bucket: server.bucket, prefix: `out/${randomUUID()}` };
    const store = s3Store(location);
    await store.write('first', [new Uint8Array([1])]);
    proxy.forget();
    return { location, store, requests: () => proxy.requests.map(({ kind }) => kind) };
  }
  const large = (fill = 7) => Array.from({ length: 9 }, () => new Uint8Array(1_000_000).fill(fill));
  async function sizeOf(pieces: AsyncIterable<Uint8Array>): Promise<number> {
    let bytes = 0;
    for await (const piece of pieces) bytes += piece.length;
    return bytes;
  }

  describe('a create whose answer is lost', () => {
    it('recognises its own object', async () => {
      const { store, requests } = await ready();
      proxy.inject('PUT', 'lose the answer');
      expect(await store.write('a', [new Uint8Array([1])])).toMatchObject({ created: true });
      expect(requests()).toEqual(['PUT', 'PUT', 'HEAD']);
    });

    it('recognises its own large object, named by path or by content', async () => {
      const { store } = await ready();
      proxy.inject('COMPLETE', 'lose the answer');
      expect(await store.write('large', large())).toMatchObject({ created: true, bytes: 9_000_000 });
      proxy.inject('COMPLETE', 'lose the answer');
      proxy.inject('COPY', 'lose the answer');
      expect(await store.write((sha256) => `named/${sha256}`, large())).toMatchObject({ created: true });
      expect(await sizeOf(store.stream('large'))).toBe(9_000_000);
    });

    it('does not claim the object of another writer', async () => {
      const { location, store } = await ready();
      await s3Store(location).write('a', [new Uint8Array([2])]);
      proxy.inject('PUT', 'lose the answer');
      expect(await store.write('a', [new Uint8Array([1])])).toMatchObject({ created: false });
      expect(await store.read('a')).toEqual(new Uint8Array([2]));
    });

    it('still completes a promotion', async () => {
      const { store } = await ready();
      const { path } = await store.write((sha256) => `staging/${sha256}`, large());
      proxy.inject('COPY', 'lose the answer');
      proxy.inject('COMPLETE', 'lose the answer');
      await store.promote(path, 'data/x');
      expect(await sizeOf(store.stream('data/x'))).toBe(9_000_000);
    });
  });

  it('outlasts a busy server and a conflicting write', async () => {
    const { store, requests } = await ready();
    proxy.inject('PUT', busy, busy, conflict);
    expect(await store.write('a', [new Uint8Array([1])])).toMatchObject({ created: true });
    expect(requests()).toEqual(['PUT', 'PUT', 'PUT', 'HEAD', 'PUT']);
  });

  it('repeats a read that broke off', async () => {
    const { store } = await ready();
    await store.write('a', [new Uint8Array(100_000).fill(3)]);
    proxy.inject('GET', 'cut the answer');
    expect((await store.read('a'))?.length).toBe(100_000);
  });

  it('resumes a stream where it broke off', async () => {
    const { store } = await ready();
    await store.write('large', large());
    proxy.inject('GET', 'cut the answer', 'cut the answer', busy);
    let bytes = 0;
    for await (const piece of store.stream('large')) {
      expect(piece.every((byte) => byte === 7)).toBe(true);
      bytes += piece.length;
    }
    expect(bytes).toBe(9_000_000);
  });

  it('never joins two objects into one stream', async () => {
    const { location, store } = await ready();
    const uri = `s3://${location.bucket}/${location.prefix}/input`;
    await store.write('input', large());
    const inputs = openInputs({ baseDir: '/' });
    const [input] = await inputs.list([uri]);
    if (!input) throw new Error('nothing was listed');
    proxy.inject('GET', 'cut the answer');
    const reading = inputs.open(input)[Symbol.asyncIterator]();
    await reading.next();
    await store.remove('input');
    await store.write('input', large(8));
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await expect(rest()).rejects.toThrow(ConfigurationError);
    await store.remove('input');
    await expect(inputs.open(input)[Symbol.asyncIterator]().next()).rejects.toThrow(/is gone since it was listed/);
  });

  it.each([
    [{ status: 403, code: 'AccessDenied' }, /docs\/s3\.md/],
    [{ status: 301, code: 'PermanentRedirect' }, /set AWS_REGION/],
    [{ status: 400, code: 'AuthorizationHeaderMalformed' }, /set AWS_REGION/],
    [{ status: 403, code: 'SignatureDoesNotMatch' }, /check AWS_SECRET_ACCESS_KEY/],
    [{ status: 501, code: 'NotImplemented' }, /lacks this operation/],
  ])('says what to do about %o, after one request and without a secret', async (fault, sentence) => {
    const { store, requests } = await ready();
    proxy.inject('PUT', fault);
    const failure: unknown = await store.write('a', []).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(String(failure)).toMatch(sentence);
    expect(String(failure)).not.toContain(server.env.AWS_SECRET_ACCESS_KEY);
    expect(requests()).toEqual(['PUT']);
  });

  describe('in few requests', () => {
    it('writes a small object in one request, and a large one named after its content in parts and a copy', async () => {
      const { store, requests } = await ready();
      await store.write('small', [new Uint8Array(8 * 1024 * 1024)]);
      expect(requests()).toEqual(['PUT']);
      proxy.forget();
      const { path } = await store.write((sha256) => `staging/${sha256}`, large());
      expect(requests().join(' ')).toBe('BEGIN PART PART COMPLETE BEGIN COPY COMPLETE DELETE');
      proxy.forget();
      await store.promote(path, 'data/x');
      await store.promote(path, 'data/x');
      // The second promotion compares the stored digests of both objects and reads neither.
      expect(requests().join(' ')).toBe('HEAD HEAD BEGIN COPY COMPLETE HEAD HEAD');
    });

    it('follows a journal by its new segments, and reads known ones without a listing', async () => {
      const { location, requests } = await ready();
      const partition = () => 'journal/0';
      const writer = await s3Journals(location, partition, { syncEveryMs: 0 }).create(0);
      const reader = s3Journals(location, partition);
      const text = async (offset: number, length?: number) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of reader.read(0, 1, offset, length)) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      for (const frame of ['0123', '456789', 'abc']) {
        await writer.append(Buffer.from(frame));
        await writer.sync();
      }
      expect(await text(0)).toBe('0123456789abc');
      proxy.forget();
      expect(await text(5, 3)).toBe('567');
      expect(await text(3, 8)).toBe('3456789a');
      expect(requests()).toEqual(['GET', 'GET', 'GET', 'GET']);
      await writer.append(Buffer.from('more'));
      await writer.sync();
      proxy.forget();
      expect(await text(13)).toBe('more');
      expect(await text(17)).toBe('');
      expect(await reader.epochs(0)).toEqual([1]);
      expect(requests()).toEqual(['LIST', 'GET', 'LIST', 'LIST']);
      await writer.close();
    });
  });

  it('a journal that is over costs no request once it was read, and the look for the next one a single one', async () => {
    const { location, requests } = await ready();
    const writers = s3Journals(location, () => 'journal', { syncEveryMs: 0 });
    const writer = await writers.create(0);
    await writer.append(Buffer.from('frame'));
    await writer.sync();
    await writer.close();
    await s3Journals(location, () => 'journal').end(0, 1);
    const reader = s3Journals(location, () => 'journal');
    const read = async (): Promise<number> => {
      let bytes = 0;
      for await (const piece of reader.read(0, 1, 0)) bytes += piece.length;
      return bytes;
    };
    expect(await read()).toBe(5);
    proxy.forget();
    expect(await reader.lengthOfEnded(0, 1)).toBe(5);
    expect(requests()).toEqual([]);
    expect(await read()).toBe(5);
    expect(requests()).toEqual(['GET']);
    proxy.forget();
    expect(await reader.epochs(0, 1)).toEqual([]);
    expect(requests()).toEqual(['HEAD']);
  });

  it('segments are asked for side by side, and come in their order', async () => {
    const { location } = await ready();
    const journals = s3Journals(location, () => 'journal', { syncEveryMs: 0 });
    const writer = await journals.create(0);
    for (let segment = 0; segment < 20; segment += 1) {
      await writer.append(Buffer.from(`${segment};`));
      await writer.sync();
    }
    await writer.close();
    proxy.forget();
    let text = '';
    let askedAtFirst = 0;
    for await (const piece of s3Journals(location, () => 'journal').read(0, 1, 0)) {
      if (text === '') askedAtFirst = proxy.requests.filter(({ kind }) => kind === 'GET').length;
      text += Buffer.from(piece).toString();
    }
    expect(text).toBe(Array.from({ length: 20 }, (_, segment) => `${segment};`).join(''));
    expect(askedAtFirst).toBeGreaterThan(1);
    expect(askedAtFirst).toBeLessThanOrEqual(8);
  });

  it('a missing segment does not pass for a shorter journal', async () => {
    const { location, store } = await ready();
    const journals = s3Journals(location, () => 'journal', { syncEveryMs: 0 });
    const writer = await journals.create(0);
    for (const frame of ['one', 'two', 'three']) {
      await writer.append(Buffer.from(frame));
      await writer.sync();
    }
    await writer.close();
    const read = async (view = journals) => {
      let text = '';
      for await (const piece of view.read(0, 1, 0)) text += Buffer.from(piece).toString();
      return text;
    };
    expect(await read()).toBe('onetwothree');
    await store.remove('journal/00001/0000000000000003');
    await expect(read()).rejects.toThrow(IntegrityError);
    // For a reader that has never seen the segment, the journal ends at the gap.
    expect(await read(s3Journals(location, () => 'journal'))).toBe('one');
  });
});
