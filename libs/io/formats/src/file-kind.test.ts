import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brief, messages, read } from './memory-file.fixture.ts';

const tar = Buffer.alloc(1024);
tar.write('pairs.jsonl');
tar.write('ustar', 257);
const text = (value: string) => Buffer.from(value, 'latin1');

const others: [name: string, content: Buffer, says: RegExp][] = [
  ['zip', text('PK\x03\x04\x14\0\0\0'), /a zip archive.*unzip/],
  ['a workbook', text('PK\x03\x04\x14\0\0\0[Content_Types].xml'), /document of Microsoft Office/],
  ['tar', tar, /a tar archive.*tar -xf/],
  ['bzip2', text('BZh91AY&SY'), /bzip2.*bunzip2/],
  ['xz', text('\xfd7zXZ\0\0'), /xz.*unxz/],
  ['lz4', text('\x04"M\x18d@'), /lz4/],
  ['7z', text("7z\xbc\xaf'\x1c\0"), /7z/],
  ['UTF-16 with a mark', Buffer.from('\ufeff{"a":1}\n{"a":2}\n', 'utf16le'), /UTF-16.*iconv/],
  ['UTF-16 without one', Buffer.from('{"a":1}\n{"a":2}\n', 'utf16le'), /UTF-16.*iconv/],
  [
    'a Git LFS pointer',
    text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n'),
    /Git LFS pointer.*git lfs pull/,
  ],
  [
    'a git-annex pointer',
    text('../.git/annex/objects/Kx/2v/SHA256E-s1--a.jsonl\n'),
    /git-annex pointer.*git annex get/,
  ],
  ['a page', text('\n<!DOCTYPE html>\n<html><body>Please log in</body></html>\n'), /web page.*log-in/],
  ['an error of an object store', text('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>'), /XML/],
  ['a pickle', text('\x80\x04\x95\x1a\0\0\0'), /pickle/],
  ['SQLite', text('SQLite format 3\0\x10\0'), /SQLite/],
  ['a file of no known kind', text('\x01\x02\0\0\x07\0\0'), /binary file of an unknown kind/],
  ['an encrypted Parquet file', text('PARE....'), /encrypted Parquet/],
];

describe('a file of another kind', () => {
  it.each(others)('%s is one problem that names it and the way out', async (_name, content, says) => {
    const records = await read(content);
    expect(brief(records)).toEqual(['1:unknown-format']);
    expect(messages(records)[0]).toMatch(says);
  });

  it.each(others)('%s is named inside a compression too', async (_name, content, says) => {
    expect(messages(await read(gzipSync(content)))[0]).toMatch(says);
    expect(messages(await read(zstdCompressSync(content)))[0]).toMatch(/compressed with zstd/);
  });

  it('whose name says that it is none is told, unless it holds records', async () => {
    expect(messages(await read('Not found: a,b\n', { uri: 'x.parquet' }))[0]).toMatch(
      /text, and its name says Parquet/,
    );
    expect(brief(await read('[{"a":1}]', { uri: 'x.arrow' }))).toEqual(['1:{"a":1}']);
  });

  it('that the job says is something else is refused', async () => {
    expect(messages(await read('{"a":1}\n', { format: 'parquet' }))[0]).toMatch(/the file is text.*format is parquet/);
    expect(messages(await read(text('ARROW1\0\0....'), { format: 'csv' }))[0]).toMatch(/Arrow file.*format is csv/);
  });
});

it('a file that was compressed twice is read', async () => {
  expect(brief(await read(gzipSync(zstdCompressSync('{"a":1}\n{"a":2}'))))).toEqual(['1:{"a":1}', '2:{"a":2}']);
});

it('the content counts, whatever the name says', async () => {
  for (const uri of ['x.parquet', 'x.jsonl.gz', 'x.arrow', 'x.txt', 'x.csv']) {
    expect(brief(await read('{"a":1}\n{"a":2}\n', { uri }))).toEqual(['1:{"a":1}', '2:{"a":2}']);
  }
});
