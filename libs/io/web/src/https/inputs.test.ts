import { ConfigurationError, type Input } from '@proofmill/contract';
import { selfSigned } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Served, serve, startServer } from '../file-server.fixture.ts';
import { webInputs } from '../index.ts';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251));

/** A server with one file, and what was asked of it. */
async function withFile(file: Served) {
  const ranges: (string | undefined)[] = [];
  const server = await startServer((request, response) => {
    ranges.push(request.headers.range);
    serve(file, request, response);
  });
  return { ranges, ...server };
}

const first = (inputs: readonly Input[]): Input => {
  const [input] = inputs;
  if (input === undefined) throw new Error('nothing was listed');
  return input;
};

describe('files of a web server', () => {
  it('are listed with size and version, and read whole and in parts', async () => {
    await using server = await withFile({ content, etag: '"1"' });
    const uri = `${server.address}/a.jsonl?of=1`;
    const inputs = webInputs();
    const input = first(await inputs.list([uri]));
    expect(input).toEqual({ uri, bytes: content.length, etag: '"1"' });
    expect((await bytesOf(inputs.open(input))).equals(content)).toBe(true);
    expect(Buffer.from(await inputs.read(input, 99_990, 500)).equals(content.subarray(99_990))).toBe(true);
    expect(await inputs.read(input, 200_000, 5)).toHaveLength(0);
  });

  it('may be empty', async () => {
    await using server = await withFile({ content: Buffer.alloc(0), etag: '"1"' });
    const inputs = webInputs();
    const input = first(await inputs.list([`${server.address}/a`]));
    expect(input.bytes).toBe(0);
    expect(await bytesOf(inputs.open(input))).toHaveLength(0);
  });

  it.each([
    ['at the byte where the connection broke', {}, /^bytes=\d+-$/],
    ['from a server without parts, which gives the beginning again', { ignoresRanges: true }, /^bytes=\d+-$/],
  ])('are resumed %s', async (_name, options, range) => {
    const file: Served = { content, etag: '"1"', ...options };
    await using server = await withFile(file);
    const inputs = webInputs();
    const input = first(await inputs.list([`${server.address}/a`]));
    file.cuts = 3;
    expect((await bytesOf(inputs.open(input))).equals(content)).toBe(true);
    expect(server.ranges.at(-1)).toMatch(range);
  });

  it('are asked for again where a server is busy', async () => {
    await using server = await withFile({ content, etag: '"1"', statuses: [503, 429] });
    expect(await webInputs().list([`${server.address}/a`])).toHaveLength(1);
  });

  it('that were replaced are refused, whole and in parts', async () => {
    const file: Served = { content, etag: '"1"' };
    await using server = await withFile(file);
    const inputs = webInputs();
    const input = first(await inputs.list([`${server.address}/a`]));
    file.etag = '"2"';
    await expect(bytesOf(inputs.open(input))).rejects.toThrow(/was replaced since it was listed/);
    await expect(inputs.read(input, 0, 10)).rejects.toThrow(ConfigurationError);
  });

  it('of a server without parts cannot be read in parts, and the way out is said', async () => {
    await using server = await withFile({ content, etag: '"1"', ignoresRanges: true });
    const inputs = webInputs();
    const input = first(await inputs.list([`${server.address}/a`]));
    await expect(inputs.read(input, 5, 10)).rejects.toThrow(/no parts of files.*Download the file/);
  });

  it.each([
    [404, /there is no such file \(404/],
    [403, /it may not be read \(403/],
  ])('that answer with %i are a mistake of the job', async (status, message) => {
    await using server = await withFile({ content, etag: '"1"', statuses: [status] });
    const listed = webInputs().list([`${server.address}/a`]);
    await expect(listed).rejects.toThrow(ConfigurationError);
    await expect(listed).rejects.toThrow(message);
  });
});

describe('addresses', () => {
  it('a signature is used and never recorded', async () => {
    const asked: (string | undefined)[] = [];
    await using server = await startServer((request, response) => {
      asked.push(request.url);
      serve({ content, etag: '"1"' }, request, response);
    });
    const inputs = webInputs();
    const input = first(await inputs.list([`${server.address}/a.jsonl?X-Amz-Signature=secret`]));
    expect(input.uri).toBe(`${server.address}/a.jsonl`);
    expect(await inputs.read(input, 0, 3)).toHaveLength(3);
    expect(asked).toEqual(['/a.jsonl?X-Amz-Signature=secret', '/a.jsonl?X-Amz-Signature=secret']);
  });

  it('a redirection is followed, except to an address without TLS', async () => {
    await using target = await withFile({ content, etag: '"1"' });
    await using server = await withFile({ content, etag: '"0"', redirect: `${target.address}/b` });
    expect(await webInputs().list([`${server.address}/a`])).toMatchObject([
      { uri: `${server.address}/a`, etag: '"1"' },
    ]);
    await using other = await withFile({ content, etag: '"0"', redirect: 'http://169.254.169.254/latest' });
    await expect(webInputs().list([`${other.address}/a`])).rejects.toThrow(/without TLS: only https/);
    await using circle = await withFile({ content, etag: '"0"', redirect: '/a' });
    await expect(webInputs().list([`${circle.address}/a`])).rejects.toThrow(/more than 5 times/);
  });

  it.each([
    ['http://files.invalid/a', /without TLS: only https/],
    ['https://user:word@files.invalid/a', /^https:\/\/files\.invalid\/a: an address may have no user or password/],
    ['https://files.invalid/*.jsonl', /no list of its files: name each/],
  ])('%s is refused', async (uri, message) => {
    await expect(webInputs().list([uri])).rejects.toThrow(message);
  });

  const certificate = selfSigned();
  it.skipIf(certificate === null)('a certificate that is not trusted is a mistake of the configuration', async () => {
    await using server = await startServer(
      (request, response) => serve({ content, etag: '"1"' }, request, response),
      certificate ?? undefined,
    );
    await expect(webInputs().list([`${server.address}/a`])).rejects.toThrow(/not trusted.*NODE_EXTRA_CA_CERTS/);
  });
});
