import { Unreadable } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { all, brief, memoryFile, messages, read } from '../memory-file.fixture.ts';
import { readRecords } from '../index.ts';

const cases: [name: string, content: string | Uint8Array, expected: string[]][] = [
  ['an empty file', '', []],
  ['only blank lines', '\n \r\n\t\n', []],
  ['blank lines count', '\n{"a":1}\n\n  \n{"a":2}\n', ['2:{"a":1}', '5:{"a":2}']],
  ['no end of the last line', '{"a":1}\n{"a":2}', ['1:{"a":1}', '2:{"a":2}']],
  ['carriage returns', '{"a":1}\r\n\r\n{"a":2}\r\n', ['1:{"a":1}', '3:{"a":2}']],
  ['a byte order mark', '\ufeff{"a":1}\n{"a":2}\n', ['1:{"a":1}', '2:{"a":2}']],
  [
    'byte order marks where files were joined',
    '{"a":1}\n\ufeff{"a":2}\n\ufeff\n\ufeff\ufeff{"a":3}',
    ['1:{"a":1}', '2:{"a":2}', '4:{"a":3}'],
  ],
  ['record separators of RFC 7464', '\u001e{"a":1}\n\u001e{"a":2}\n', ['1:{"a":1}', '2:{"a":2}']],
  ['NUL bytes', '{"a":1}\n\0\0\0\n{"a":"\0"}\n{"a":2}\n', ['1:{"a":1}', '2:not-json', '3:not-json', '4:{"a":2}']],
  [
    'no objects',
    '5\n"x"\nnull\ntrue\n[1]\n',
    ['1:not-an-object', '2:not-an-object', '3:not-an-object', '4:not-an-object', '5:not-an-object'],
  ],
  ['records that are texts of JSON', '"{\\"a\\":1}"\n{"a":2}\n"{no"', ['1:{"a":1}', '2:{"a":2}', '3:not-an-object']],
  ['a key twice', '{"a":1,"a":2}\n{}', ['1:{"a":2}', '2:{}']],
  [
    'names of an object itself',
    '{"constructor":1}\n{"toString":{"constructor":2}}',
    ['1:{"constructor":1}', '2:{"toString":{"constructor":2}}'],
  ],
  ['an array later on', '{"a":1}\n[\n{"a":2}', ['1:{"a":1}', '2:not-json', '3:{"a":2}']],
  ['a broken first line', '{"a":[1,\n{"a":2}\n{"a":3}', ['1:not-json', '2:{"a":2}', '3:{"a":3}']],
  ['a first line that ends in a text', '{"a":"x\n{"a":2}\n', ['1:not-json', '2:{"a":2}']],
  ['a line cut short at the end', '{"a":1}\n{"a":', ['1:{"a":1}', '2:not-json']],
];

describe('lines', () => {
  it.each(cases)('%s', async (_name, content, expected) => {
    for (const size of [1, 7, 65_536]) expect(brief(await read(content, { size }))).toEqual(expected);
  });

  it('a name of the prototype stays a field like any other', async () => {
    const [record] = await read('{"__proto__":{"x":1},"a":2}\n{"a":3}');
    expect(record).toMatchObject({ value: { a: 2 } });
    expect((record as { value: { x?: number } }).value.x).toBeUndefined();
  });

  it('a line at the limit is read, and one beyond it is a problem', async () => {
    const content = `{"a":"${'x'.repeat(992)}"}\n{"a":"${'x'.repeat(993)}"}\r\n{"a":1}`;
    const records = await read(content, { maxRecordBytes: 1000 });
    expect(brief(records).map((text) => text.slice(0, 12))).toEqual(['1:{"a":"xxxx', '2:too-large', '3:{"a":1}']);
  });

  it('skips a line of 400 MB without holding it, and reads the next', async () => {
    async function* long() {
      yield Buffer.from('{"a":1}\n{"a":"');
      for (let count = 0; count < 6400; count += 1) yield Buffer.alloc(65_536, 'x');
      yield Buffer.from('"}\n{"a":2}\n');
    }
    const before = process.memoryUsage().rss;
    const file = { ...memoryFile(''), stream: long };
    const records = (await all(readRecords(file, { maxRecordBytes: 8_000_000, format: 'auto' }))).flat();
    expect(brief(records)).toEqual(['1:{"a":1}', '2:too-large', '3:{"a":2}']);
    expect(records[1]?.bytes).toBe(6400 * 65_536 + 8);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describe('a value that cannot be read costs itself and not the record', () => {
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  it.each<[name: string, line: string | Buffer, failureClass: string]>([
    ['NaN', '{"text":"NaN","score":NaN}', 'not-a-number'],
    ['Infinity', '{"score": Infinity ,"text":"NaN"}', 'not-a-number'],
    ['-Infinity in a list', '{"text":"NaN","score":[1,[-Infinity]]}', 'not-a-number'],
    ['a number beyond all', '{"text":"NaN","score":1e999}', 'not-a-number'],
    ['half of a surrogate pair', '{"text":"NaN","score":"\\ud83d."}', 'not-text'],
    ['half of a surrogate pair inside', '{"text":"NaN","score":{"a":["\\udc00"]}}', 'not-text'],
    ['bytes that are not UTF-8', bytes('{"text":"NaN","score":"caf', [0xe9], '"}'), 'not-utf8'],
    ['a surrogate as UTF-8 bytes', bytes('{"text":"NaN","score":"', [0xed, 0xa0, 0x80], '"}'), 'not-utf8'],
    ['150 levels', `{"text":"NaN","score":${'['.repeat(150)}${']'.repeat(150)}}`, 'too-deep'],
    ['a million levels', `{"text":"NaN","score":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, 'too-deep'],
    ['a million objects', `{"text":"NaN","score":${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}}`, 'too-deep'],
  ])('%s', async (_name, line, failureClass) => {
    const content = Buffer.concat([Buffer.from(line), Buffer.from('\n{"text":"next"}\n')]);
    const [record, next] = await read(content, { maxRecordBytes: 8_000_000 });
    const { value } = record as { value: { text: string; score: unknown } };
    expect(value.text).toBe('NaN');
    expect(unreadables(value.score)).toEqual([failureClass]);
    expect(next).toMatchObject({ line: 2, value: { text: 'next' } });
  });

  /** Classes of what cannot be read in a value, which may be nested deep. */
  function unreadables(value: unknown): string[] {
    if (value instanceof Unreadable) return [value.class];
    return value !== null && typeof value === 'object' ? Object.values(value).flatMap(unreadables) : [];
  }

  it('texts that are whole are kept as they are', async () => {
    const line = JSON.stringify({ a: '[{"\\'.repeat(100_000), b: [[[1]]], c: '😀', d: 'NaN' });
    expect(await read(`${line}\n{}`)).toMatchObject([{ value: JSON.parse(line) as object }, {}]);
    expect(brief(await read('{"a":"\\ud83d\\ude00 \ufffd"}\n{}'))[0]).toBe('1:{"a":"😀 \ufffd"}');
  });

  it('whole numbers beyond 2^53 keep their digits, other numbers stay numbers', async () => {
    const line = '{"id":12345678901234567890,"b":[-9007199254740993],"c":1e300,"d":9007199254740991,"e":NaN}';
    expect(brief(await read(`${line}\n{}`))[0]).toMatch(
      /^1:{"id":"12345678901234567890","b":\["-9007199254740993"\],"c":1e\+300,"d":9007199254740991,/,
    );
  });
});

describe('a line that is no JSON', () => {
  it.each([
    ['{"prompt": "q1" "chosen": "a"}', /column 17 .*"prompt": "q1" "chosen".*a comma or } is wanted/],
    ["{'prompt': 'q'}", /column 2 .*Python's repr.*json\.dumps/],
    ['{"prompt": None}', /literal of Python/],
    ['{"prompt": "q", // first', /no comments/],
    ['{"prompt": "q"} {"prompt": "r"}', /something follows/],
    ['{"prompt": "q', /ends inside a text/],
    ['{"prompt": "\u0001"}', /control character \(code 1\)/],
  ])('%s: the problem quotes it and says why', async (line, message) => {
    const [found] = messages(await read(`{"a":1}\n${line}\n`));
    expect(found).toMatch(message);
    expect(found).toMatch(/^not JSON at column \d+ \(/);
  });

  it('quotes nothing that a terminal would obey', async () => {
    expect(messages(await read('{"a":1}\n{"a": \u001b[2J}\n'))[0]).not.toContain('\u001b');
  });
});
