import { gzipSync } from 'node:zlib';
import { Unreadable } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { brief, messages, read } from '../memory-file.fixture.ts';

const values = async (content: string | Uint8Array, options = {}) =>
  (await read(content, options)).map((record) => ('value' in record ? record.value : record));

describe('tables of text', () => {
  it.each([
    ['commas', ','],
    ['tabs', '\t'],
    ['semicolons', ';'],
  ])('with %s are recognised by their content', async (_name, delimiter) => {
    const content = ['prompt,chosen,rejected', 'q1,a,b', 'q2,"c ""d""",e'].join('\n').replaceAll(',', delimiter);
    expect(brief(await read(content))).toEqual([
      '2:{"prompt":"q1","chosen":"a","rejected":"b"}',
      '3:{"prompt":"q2","chosen":"c \\"d\\"","rejected":"e"}',
    ]);
  });

  it('cells may hold separators, quotes and line breaks; the place is the line on which a row begins', async () => {
    const content = '\ufeffid,prompt\r\n1,"two\r\nlines, ""really"""\r\n\r\n2,plain\r\n3,"x\n\ny"\r\n4,end';
    const expected = [
      [2, { id: '1', prompt: 'two\r\nlines, "really"' }],
      [5, { id: '2', prompt: 'plain' }],
      [6, { id: '3', prompt: 'x\n\ny' }],
      [9, { id: '4', prompt: 'end' }],
    ];
    for (const size of [1, 7, 65_536]) {
      const records = await read(content, { size });
      expect(records.map((record) => [record.line, 'value' in record && record.value])).toEqual(expected);
    }
  });

  it('an empty cell is not given, and an empty text in quotes is', async () => {
    expect(await values('a,b,c\n1,,""\n2,x,y\n')).toEqual([
      { a: '1', b: null, c: '' },
      { a: '2', b: 'x', c: 'y' },
    ]);
  });

  it('a row with other cells than the header costs itself', async () => {
    const records = await read('a,b\n1,2\n3\n4,5,6\n7,8\n', { uri: 'x.csv' });
    expect(brief(records)).toEqual([
      '2:{"a":"1","b":"2"}',
      '3:wrong-columns',
      '4:wrong-columns',
      '5:{"a":"7","b":"8"}',
    ]);
    expect(messages(records)[0]).toMatch(/1 cell, and the header names 2/);
  });

  it('an ending makes a table of what would be lines, compressed too, and a format does', async () => {
    expect(brief(await read('text\nx\ny\n', { uri: 'a/x.csv' }))).toEqual(['2:{"text":"x"}', '3:{"text":"y"}']);
    expect(brief(await read(gzipSync('a\tb,c\n1\t2,3\n'), { uri: 'x.tsv.gz' }))).toEqual(['2:{"a":"1","b,c":"2,3"}']);
    expect(brief(await read('a\n1\n', { format: 'csv' }))).toEqual(['2:{"a":"1"}']);
    expect(brief(await read('a\n1\n'))).toEqual(['1:not-json', '2:not-an-object']);
  });

  it('lines that begin with something broken are no table', async () => {
    expect(brief(await read('oops, sorry\n{"a":1}\n{"a":2}\n'))).toEqual(['1:not-json', '2:{"a":1}', '3:{"a":2}']);
  });

  it('text that is not UTF-8 costs the cell', async () => {
    const content = Buffer.from('a,b\ncaf\xe9,x\ny,z\n', 'latin1');
    const [first, second] = await values(content);
    expect(first).toMatchObject({ a: expect.any(Unreadable), b: 'x' });
    expect(second).toEqual({ a: 'y', b: 'z' });
  });

  it('a header that names a column twice is refused', async () => {
    expect(messages(await read('a,b,a\n1,2,3\n', { uri: 'x.csv' }))[0]).toMatch(/names "a" twice/);
  });

  it('a row beyond the limit costs itself, and is not held', async () => {
    const content = `a,b\n1,2\n3,"${'x'.repeat(500_000)}"\n4,5\n`;
    expect(brief(await read(content, { maxRecordBytes: 100_000 }))).toEqual([
      '2:{"a":"1","b":"2"}',
      '3:too-large',
      '4:{"a":"4","b":"5"}',
    ]);
  });
});
