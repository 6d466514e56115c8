import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Served, serve, startServer } from '../file-server.fixture.ts';
import { hubInputs } from '../index.ts';

const commits = { old: '1'.repeat(40), new: '2'.repeat(40) };
const fileOf = (text: string): Served => ({ content: Buffer.from(text.repeat(2000)), etag: `"${text}"` });

/** The part of the Hub's API that its client asks for: a stand-in, since the Hub itself is not reached by tests. */
async function startHub({ token = '' } = {}) {
  const state = { main: commits.old, asked: [] as string[] };
  const files: Record<string, Record<string, Served>> = {
    [commits.old]: { 'data/a.jsonl': fileOf('old a'), 'data/b#1.jsonl': fileOf('b'), 'README.md': fileOf('r') },
    [commits.new]: { 'data/a.jsonl': fileOf('new a'), 'data/more/c.jsonl': fileOf('c') },
  };
  const server = await startServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    state.asked.push(url.pathname);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (token !== '' && request.headers.authorization !== `Bearer ${token}`) {
      return json({ error: 'Access to dataset org/pairs is restricted' }, 401);
    }
    const [, revision] = /^\/api\/datasets\/org\/pairs\/revision\/(.+)$/.exec(url.pathname) ?? [];
    if (revision !== undefined) {
      const sha = { HEAD: state.main, v1: commits.old, 'refs%2Fconvert%2Fparquet': commits.new }[revision];
      return sha === undefined ? json({ error: 'Revision not found' }, 404) : json({ _id: '1', id: 'org/pairs', sha });
    }
    const [, commit = '', folder = ''] = /^\/api\/datasets\/org\/pairs\/tree\/(\w+)\/?(.*)$/.exec(url.pathname) ?? [];
    const tree = files[commit];
    if (tree !== undefined) {
      const found = Object.entries(tree).filter(([path]) => path.startsWith(folder));
      return json(found.map(([path, { content, etag }]) => ({ type: 'file', path, size: content.length, oid: etag })));
    }
    const [, at = '', path = ''] = /^\/datasets\/org\/pairs\/resolve\/(\w+)\/(.+)$/.exec(url.pathname) ?? [];
    const file = files[at]?.[decodeURIComponent(path)];
    if (file === undefined) return response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    return serve(file, request, response);
  });
  return { state, files, ...server };
}

const all = 'hf://datasets/org/pairs/data/*.jsonl';

describe('files of a data set on the Hub', () => {
  it('are listed by the commit of their revision, and read whole and in parts', async () => {
    await using hub = await startHub();
    const inputs = hubInputs({ endpoint: `${hub.address}/` });
    const listed = await inputs.list([all]);
    expect(listed.map(({ uri }) => uri)).toEqual([
      `hf://datasets/org/pairs@${commits.old}/data/a.jsonl`,
      `hf://datasets/org/pairs@${commits.old}/data/b#1.jsonl`,
    ]);
    for (const [at, text] of ['old a', 'b'].entries()) {
      const input = listed[at] ?? { uri: '', bytes: 0, etag: '' };
      const { content } = fileOf(text);
      expect(input).toMatchObject({ bytes: content.length, etag: `"${text}"` });
      expect((await bytesOf(inputs.open(input))).equals(content)).toBe(true);
      expect(Buffer.from(await inputs.read(input, 7, 11)).equals(content.subarray(7, 18))).toBe(true);
    }
  });

  it.each([
    ['hf://datasets/org/pairs@v1/README.md', commits.old, ['README.md']],
    ['hf://datasets/org/pairs@~parquet/data/**', commits.new, ['data/a.jsonl', 'data/more/c.jsonl']],
    ['hf://datasets/org/pairs@refs%2Fconvert%2Fparquet/data/*.jsonl', commits.new, ['data/a.jsonl']],
    [`hf://datasets/org/pairs@${commits.new}/data/more/c.jsonl`, commits.new, ['data/more/c.jsonl']],
  ])('%s is resolved', async (uri, commit, paths) => {
    await using hub = await startHub();
    const listed = await hubInputs({ endpoint: hub.address }).list([uri]);
    expect(listed.map((input) => input.uri)).toEqual(paths.map((path) => `hf://datasets/org/pairs@${commit}/${path}`));
  });

  it('keep the commit under a plan when the branch moves', async () => {
    await using hub = await startHub();
    const inputs = hubInputs({ endpoint: hub.address });
    const before = await inputs.list([all]);
    hub.state.main = commits.new;
    expect(await inputs.list([all], before)).toEqual(before);
    expect((await inputs.list([all]))[0]?.uri).toContain(commits.new);
  });

  it('are resumed where a connection breaks', async () => {
    await using hub = await startHub();
    const inputs = hubInputs({ endpoint: hub.address });
    const [input] = await inputs.list([`hf://datasets/org/pairs@${commits.old}/data/a.jsonl`]);
    const file = hub.files[commits.old]?.['data/a.jsonl'];
    if (input === undefined || file === undefined) throw new Error('nothing was listed');
    await inputs.read(input, 0, 1);
    file.cuts = 2;
    expect((await bytesOf(inputs.open(input))).equals(file.content)).toBe(true);
  });

  it('of a private data set need a token', async () => {
    await using hub = await startHub({ token: 'hf_right' });
    const listed = hubInputs({ endpoint: hub.address, token: 'hf_wrong' }).list([all]);
    await expect(listed).rejects.toThrow(ConfigurationError);
    await expect(listed).rejects.toThrow(/Access to dataset org\/pairs is restricted.*HF_TOKEN/);
    expect(await hubInputs({ endpoint: hub.address, token: 'hf_right' }).list([all])).toHaveLength(2);
  });

  it.each([
    ['hf://datasets/org/pairs/none/*.jsonl', /matches no file of the data set at 1{40}/],
    ['hf://datasets/org/pairs@v9/data/a.jsonl', /Revision not found.*name and the revision/],
    ['hf://datasets/pairs', /write hf:\/\/datasets\/ORG\/NAME\/PATH/],
    ['hf://org/pairs/a.jsonl', /write hf:\/\/datasets\/ORG\/NAME\/PATH/],
  ])('%s is refused with a reason', async (uri, message) => {
    await using hub = await startHub();
    await expect(hubInputs({ endpoint: hub.address }).list([uri])).rejects.toThrow(message);
  });
});
