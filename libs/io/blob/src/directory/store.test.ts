import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, IntegrityError } from '@proofmill/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryStore } from '../index.ts';
import { temporaryName } from './temporary.ts';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-blob-'));
  root = join(folder, 'out');
  await mkdir(root);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = [Buffer.from('x')];

describe('paths', () => {
  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    'a/./b',
    'a/',
    'a\0b',
    'a\\b',
    '.proofmill/tmp/x',
    '.proofmill/tmp',
    'data/.part-x',
  ])('%j is refused by every method, before the content is read', async (path) => {
    const store = directoryStore(root);
    const content = {
      [Symbol.asyncIterator]: (): AsyncIterator<Uint8Array> => {
        throw new Error('the content was read');
      },
    };
    await expect(store.write(path, content)).rejects.toThrow(IntegrityError);
    await expect(store.write(() => path, bytes)).rejects.toThrow(IntegrityError);
    await expect(store.read(path)).rejects.toThrow(IntegrityError);
    await expect(all(store.stream(path))).rejects.toThrow(IntegrityError);
    await expect(store.promote(path, 'b')).rejects.toThrow(IntegrityError);
    await expect(store.promote('b', path)).rejects.toThrow(IntegrityError);
    await expect(store.remove(path)).rejects.toThrow(IntegrityError);
    expect(await store.list('')).toEqual([]);
  });

  it('does not follow a symbolic link out of the root', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(root, 'link'));
    await symlink(join(outside, 'secret'), join(root, 'file'));
    const store = directoryStore(root);
    await expect(store.read('link/secret')).rejects.toThrow(IntegrityError);
    await expect(store.read('file')).rejects.toThrow(IntegrityError);
    await expect(store.write('link/new', bytes)).rejects.toThrow(IntegrityError);
    await expect(store.write('link/deep/new', bytes)).rejects.toThrow(IntegrityError);
    await expect(store.promote('file', 'copy')).rejects.toThrow(IntegrityError);
    await expect(store.remove('link/secret')).rejects.toThrow(IntegrityError);
    await expect(store.list('link/')).rejects.toThrow(IntegrityError);
    expect(await store.list('')).toEqual([]);
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('may be reached through a symbolic link itself', async () => {
    await symlink(root, join(folder, 'alias'));
    const store = directoryStore(join(folder, 'alias'));
    await store.write('a/b', bytes);
    expect(await store.list('')).toEqual(['a/b']);
  });

  it('says what to do where a file has the name of a folder', async () => {
    const store = directoryStore(root);
    await store.write('a', bytes);
    await expect(store.write('a/b', bytes)).rejects.toThrow(ConfigurationError);
    await expect(store.write('a/b', bytes)).rejects.toThrow(/choose another path/);
    expect(await store.read('a/b')).toBeNull();
  });
});

describe('a root that cannot be made', () => {
  it('is refused with a sentence: a file, a place below one, a link that leads nowhere', async () => {
    await writeFile(join(folder, 'file'), '');
    await symlink(join(folder, 'nowhere/at/all'), join(folder, 'link'));
    for (const place of ['file', 'file/deep/out', 'link']) {
      const writing = directoryStore(join(folder, place)).write('a', bytes);
      await expect(writing, place).rejects.toThrow(ConfigurationError);
      await expect(writing, place).rejects.toThrow(
        /^Cannot write into .* \((EEXIST|ENOTDIR)\)\. .* choose another path/,
      );
    }
  });

  it.runIf(process.platform === 'linux')(
    'is refused where the system takes no folder, and not tried for ever',
    async () => {
      for (const place of ['/proc/proofmill/out', '/sys/proofmill/out'])
        await expect(directoryStore(place).write('a', bytes), place).rejects.toThrow(ConfigurationError);
    },
  );

  it('is made by several processes at once', async () => {
    const place = join(folder, 'a/b/c');
    const written = await Promise.all(['1', '2', '3', '4'].map((name) => directoryStore(place).write(name, bytes)));
    expect(written.every(({ created }) => created)).toBe(true);
    expect(await directoryStore(place).list('')).toEqual(['1', '2', '3', '4']);
  });
});

describe('half-written files', () => {
  it('are removed when their process is dead, or nobody on another machine has written to them for a day', async () => {
    const temporaries = join(root, '.proofmill/tmp');
    await mkdir(temporaries, { recursive: true });
    const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
    const own = await temporaryName();
    const names = {
      dead: own.replace(`-${process.pid}-`, `-${deadPid}-`),
      alive: own,
      foreign: `.part-0123456789ab-${deadPid}-0123456789abcdef`,
      abandoned: `.part-0123456789ab-${deadPid}-fedcba9876543210`,
      unknown: '.part-nobody-knows',
    };
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    for (const name of Object.values(names)) await writeFile(join(temporaries, name), 'half');
    for (const name of [names.abandoned, names.alive, names.unknown])
      await utimes(join(temporaries, name), hoursAgo(0), hoursAgo(25));
    await utimes(join(temporaries, names.foreign), hoursAgo(0), hoursAgo(23));
    await directoryStore(root).write('a', bytes);
    expect((await readdir(temporaries)).sort()).toEqual([names.alive, names.foreign, names.unknown].sort());
    expect(await directoryStore(root).list('')).toEqual(['a']);
  });

  it('that are removed while somebody writes to them after all become no object', async () => {
    const temporaries = join(root, '.proofmill/tmp');
    async function* content(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x');
      for (const name of await readdir(temporaries)) await rm(join(temporaries, name));
      yield Buffer.from('y');
    }
    await expect(directoryStore(root).write('a', content())).rejects.toMatchObject({
      name: 'UnavailableError',
      code: 'abandoned',
    });
    expect(await directoryStore(root).list('')).toEqual([]);
  });
});

it.runIf(process.platform === 'linux')(
  'a secret is readable for owner and group alone, and what is no secret for all',
  async () => {
    const store = directoryStore(root);
    await store.write('a-secret', bytes, { isSecret: true });
    await store.write('no-secret', bytes);
    const modeOf = async (path: string) => (await stat(join(root, path))).mode & 0o777;
    const ordinary = await modeOf('no-secret');
    expect(ordinary & 0o004).toBe(0o004);
    expect(await modeOf('a-secret')).toBe(ordinary & 0o660);
  },
);
