import { appendFile, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '@proofmill/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryInputs } from '../index.ts';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

let folder: string;
let baseDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-inputs-'));
  baseDir = join(folder, 'job');
  await mkdir(join(baseDir, 'data/deep'), { recursive: true });
  for (const name of [
    'data/b.jsonl',
    'data/a.jsonl',
    'data/10.jsonl',
    'data/9.jsonl',
    'data/deep/c.jsonl',
    'data/x[1].jsonl',
    'data/.hidden.jsonl',
  ]) {
    await writeFile(join(baseDir, name), `{"name":"${name}"}\n`);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const urisOf = async (uris: string[]) => (await directoryInputs({ baseDir }).list(uris)).map(({ uri }) => uri);

describe('list', () => {
  it.each([
    [['data/a.jsonl'], ['data/a.jsonl']],
    [['data/[ab].jsonl'], ['data/a.jsonl', 'data/b.jsonl']],
    [['data/?.jsonl'], ['data/9.jsonl', 'data/a.jsonl', 'data/b.jsonl']],
    [['data/*.jsonl'], ['data/10.jsonl', 'data/9.jsonl', 'data/a.jsonl', 'data/b.jsonl', 'data/x[1].jsonl']],
    [['**/c.jsonl'], ['data/deep/c.jsonl']],
    [['data/x[1].jsonl'], ['data/x[1].jsonl']],
    [
      ['data/b.jsonl', 'data/[ab].jsonl', './data/a.jsonl'],
      ['data/b.jsonl', 'data/a.jsonl'],
    ],
    [['data/.hid*'], ['data/.hidden.jsonl']],
  ])('%j', async (uris, expected) => {
    expect(await urisOf(uris)).toEqual(expected);
  });

  it('refuses a glob that matches an earlier output, and takes the rows of one that is named', async () => {
    await mkdir(join(baseDir, 'labels/data'), { recursive: true });
    await writeFile(join(baseDir, 'labels/data/train.jsonl'), '');
    expect(await urisOf(['labels/**'])).toEqual(['labels/data/train.jsonl']);
    await mkdir(join(baseDir, 'labels/.proofmill'));
    await expect(urisOf(['labels/**'])).rejects.toThrow(ConfigurationError);
    await expect(urisOf(['**/train*'])).rejects.toThrow(
      'labels/data/train.jsonl, a file of an earlier output in labels.',
    );
    expect(await urisOf(['labels/data/*', 'l*/data/train.jsonl'])).toEqual(['labels/data/train.jsonl']);
  });

  it('reads file:// URIs, including globs', async () => {
    const url = pathToFileURL(join(baseDir, 'data')).href;
    expect(await urisOf([`${url}/a.jsonl`])).toEqual([`${url}/a.jsonl`]);
    expect(await urisOf([`${url}/?.jsonl`])).toEqual(['9', 'a', 'b'].map((name) => `${url}/${name}.jsonl`));
    const inputs = directoryInputs({ baseDir: '/' });
    const [bracket] = await inputs.list([`${url}/x*.jsonl`]);
    expect(bracket && Buffer.concat(await all(inputs.open(bracket))).toString()).toBe('{"name":"data/x[1].jsonl"}\n');
  });

  it('takes a file once although a link names it as well', async () => {
    await symlink(join(baseDir, 'data/a.jsonl'), join(baseDir, 'data/z.jsonl'));
    expect(await urisOf(['data/[az].jsonl'])).toEqual(['data/a.jsonl']);
  });

  it.each([
    ['data/c.jsonl', /data\/c\.jsonl matches no file\. The folder .* has: (a|b|9)\.jsonl/],
    ['data/*.json', /data\/\*\.json matches no file\. The folder .* has: /],
    ['dat/a.jsonl', /There is no folder .*dat/],
    ['data', /is a folder: name its files, such as data\/\*\.jsonl/],
    ['s3://bucket/x.jsonl', /s3:\/\/bucket\/x\.jsonl is not an input: write a path, file:/],
    ['s3:/bucket/x.jsonl', /s3:\/bucket\/x\.jsonl is not an input/],
    ['http://169.254.169.254/latest', /http:\/\/169\.254\.169\.254\/latest is not an input: write a path/],
    ['file://host/x', /not a valid file/],
    ['file:///a%2Fb', /not a valid file/],
    ['', /not an input URI/],
    ['a\0b', /not an input URI/],
    ['/dev/null', /not a regular file/],
  ])('%j is refused', async (uri, message) => {
    await expect(urisOf([uri])).rejects.toThrow(ConfigurationError);
    await expect(urisOf([uri])).rejects.toThrow(message);
  });

  it('with `within`, refuses files outside that folder, including those behind links', async () => {
    await writeFile(join(folder, 'secret'), '{}');
    await symlink(join(folder, 'secret'), join(baseDir, 'data/link.jsonl'));
    const inputs = directoryInputs({ baseDir, within: baseDir });
    expect(await inputs.list(['data/a.jsonl'])).toHaveLength(1);
    for (const uri of ['../secret', join(folder, 'secret'), 'data/link.jsonl', 'data/l*.jsonl', 'file:///etc/passwd']) {
      await expect(inputs.list([uri])).rejects.toThrow(/is outside/);
    }
  });
});

describe('open', () => {
  const big = Buffer.alloc(900_000, 'x');
  const listed = async () => {
    await writeFile(join(baseDir, 'big'), big);
    const inputs = directoryInputs({ baseDir });
    const [input] = await inputs.list(['big']);
    if (input === undefined) throw new Error('no input');
    return { inputs, input };
  };

  it('gives the bytes', async () => {
    const { inputs, input } = await listed();
    expect(input.bytes).toBe(big.length);
    expect(Buffer.concat(await all(inputs.open(input))).equals(big)).toBe(true);
  });

  it('gives a part of the bytes, and less at the end', async () => {
    await writeFile(join(baseDir, 'letters'), 'abcdefgh');
    const inputs = directoryInputs({ baseDir });
    const [input] = await inputs.list(['letters']);
    if (!input) throw new Error('nothing was listed');
    expect(Buffer.from(await inputs.read(input, 2, 3)).toString()).toBe('cde');
    expect(Buffer.from(await inputs.read(input, 6, 100)).toString()).toBe('gh');
    expect(await inputs.read(input, 9, 100)).toHaveLength(0);
  });

  it.each([
    ['grew', () => appendFile(join(baseDir, 'big'), 'y')],
    ['was touched', () => utimes(join(baseDir, 'big'), 1, 1)],
    ['is gone', () => rm(join(baseDir, 'big'))],
    [
      'was replaced by an equal file',
      async () => {
        await writeFile(join(baseDir, 'copy'), big);
        await rename(join(baseDir, 'copy'), join(baseDir, 'big'));
      },
    ],
  ])('notices that the file %s, before the first byte and during reading', async (_name, change) => {
    const earlier = await listed();
    await change();
    const first = earlier.inputs.open(earlier.input)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toThrow(ConfigurationError);
    await expect(first).rejects.toThrow(/changed while it was planned/);

    await expect(earlier.inputs.read(earlier.input, 0, 5)).rejects.toThrow(/changed while it was planned/);

    const { inputs, input } = await listed();
    let pieces = 0;
    const reading = (async () => {
      for await (const _piece of inputs.open(input)) {
        if (pieces === 0) await change();
        pieces += 1;
      }
    })();
    await expect(reading).rejects.toThrow(/changed while it was planned/);
    expect(pieces).toBeGreaterThan(0);
  });
});
