import { describe, expect, it } from 'vitest';
import { brief, messages, read } from '../memory-file.fixture.ts';

const rows = [
  { id: 'a', prompt: 'p "1"', tags: ['x', '[{'] },
  { id: 'b', prompt: 'p \\2', tags: [] },
  { id: 'c', prompt: 'line\nbreak', meta: { depth: [1, { n: null }] } },
];
const numbered = rows.map((row, index) => `${index + 1}:${JSON.stringify(row)}`);
const pretty = JSON.stringify(rows, null, 2);
const list = JSON.stringify(rows);

describe('layouts of JSON that hold the same records', () => {
  it.each([
    ['a list in one line', list],
    ['a list over many lines', pretty],
    ['a list with a value a line', `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`],
    ['a list with a byte order mark', `\ufeff\n${list}`],
    ['two lists one after the other', `${JSON.stringify(rows.slice(0, 1))}\n${JSON.stringify(rows.slice(1), null, 1)}`],
    ['a list under data', JSON.stringify({ version: '1.1', data: rows })],
    ['a list under rows, after other fields', JSON.stringify({ features: [['id']], n: { rows: [] }, rows }, null, 4)],
    ['a list under the only field', JSON.stringify({ my_split: rows })],
    [
      'rows of the viewer of the Hub',
      JSON.stringify({ rows: rows.map((row, n) => ({ row_idx: n, row, truncated_cells: [] })) }),
    ],
    ['rows by index, as pandas writes them', JSON.stringify(Object.fromEntries(rows.map((row, n) => [n, row])))],
  ])('%s', async (_name, content) => {
    for (const size of [1, 7, 65_536]) expect(brief(await read(content, { size }))).toEqual(numbered);
  });

  it.each([
    ['objects over many lines', rows.map((row) => JSON.stringify(row, null, 2)).join('\n')],
    ['objects over many lines with commas', rows.map((row) => JSON.stringify(row, null, 2)).join(',\n')],
    ['lines with commas', rows.map((row) => `${JSON.stringify(row)},`).join('\n')],
    ['objects in one line', rows.map((row) => JSON.stringify(row)).join(', ')],
  ])('%s, each with its line', async (_name, content) => {
    for (const size of [1, 7, 65_536]) {
      const records = await read(content, { size });
      expect(records.map((record) => ('value' in record ? record.value : record))).toEqual(rows);
      const begins = content.split('\n').flatMap((line, at) => (/^\{/.test(line) ? [at + 1] : []));
      expect([...new Set(records.map(({ line }) => line))]).toEqual(begins);
    }
  });

  it.each([
    ['lists', { prompt: ['q0', 'q1'], chosen: ['a', null], n: [1, 12] }],
    ['lists of messages', { prompt: ['q0', 'q1'], chosen: [[{ role: 'user' }], []], n: [1, 12] }],
    [
      'objects numbered alike, as pandas writes them',
      { prompt: { 0: 'q0', 5: 'q1' }, chosen: { 0: 'a', 5: null }, n: { 0: 1, 5: 12 } },
    ],
  ])('a table by columns: %s', async (_name, table) => {
    const records = await read(JSON.stringify(table, null, 1));
    expect(records.map((record) => 'value' in record && record.value)).toMatchObject([
      { prompt: 'q0', n: 1 },
      { prompt: 'q1', n: 12 },
    ]);
  });

  it.each([
    ['with a conversation', { chosen: [{ role: 'user', content: 'x' }], rejected: [{ role: 'user', content: 'y' }] }],
    ['with responses', { prompt: 'q', responses: [{ text: 'x' }, { text: 'y' }] }],
    ['with completions and no other list', { completions: [{ text: 'x' }] }],
    ['with lists of different lengths', { prompt: ['q'], responses: ['x', 'y'] }],
    ['with objects', { prompt: { text: 'q' }, chosen: { text: 'x' } }],
    ['without fields', {}],
  ])('an only object %s is a record', async (_name, record) => {
    for (const content of [JSON.stringify(record), JSON.stringify(record, null, 2)]) {
      expect(brief(await read(content))).toEqual([`1:${JSON.stringify(record)}`]);
    }
  });
});

describe('an object that holds lists of records', () => {
  const holder = JSON.stringify({ train: rows, test: rows.slice(1), mine: rows.slice(2) });

  it('is refused where several fit, with their names and the way out', async () => {
    const records = await read(holder);
    expect(brief(records)).toEqual(['1:unknown-format']);
    expect(messages(records)[0]).toMatch(/"train", "test".*spec\.corpus\.recordsUnder/);
  });

  it('gives the list that the job names', async () => {
    expect(brief(await read(holder, { recordsUnder: 'mine' }))).toEqual([`1:${JSON.stringify(rows[2])}`]);
    expect(await read(holder, { recordsUnder: 'test' })).toHaveLength(2);
  });

  it('is refused where the job names a list that it lacks', async () => {
    expect(messages(await read(holder, { recordsUnder: 'valid' }))[0]).toMatch(
      /no list of records under "valid".*"mine"/,
    );
  });

  it('is read as a record where the job says that lines are records', async () => {
    expect(brief(await read(holder, { format: 'jsonl' }))).toEqual([`1:${holder}`]);
  });
});

describe('JSON over many lines that is broken', () => {
  const element = (text: string) => text.replace(/^/gm, '  ');
  const withBroken = (broken: string) =>
    `[\n${element(JSON.stringify(rows[0], null, 2))},\n${element(broken)},\n${element(JSON.stringify(rows[2], null, 2))}\n]\n`;
  const second = JSON.stringify(rows[1], null, 2);

  it.each([
    ['a comma', second.replace('",\n', '"\n')],
    ['a closing quote', second.replace('"b"', '"b')],
    ['an opening quote', second.replace('"b"', 'b"')],
    ['a closing brace', second.replace(/\}$/, '')],
    ['a closing bracket', second.replace(']', '')],
    ['a value', second.replace('"b"', '')],
  ])('%s that is missing costs the record, and its line is told', async (_name, broken) => {
    const records = await read(withBroken(broken));
    expect(brief(records)).toEqual([numbered[0], expect.stringMatching(/^2:/), numbered[2]]);
    expect(records[1]).toMatchObject({ problem: { class: expect.stringMatching(/not-json|damaged-file/) } });
    expect(messages(records)[0]).toMatch(/line \d+/);
  });

  it('a list that is cut short gives the records ahead of that', async () => {
    const cut = pretty.slice(0, pretty.indexOf('line'));
    const records = await read(cut);
    expect(brief(records).slice(0, 2)).toEqual(numbered.slice(0, 2));
    expect(records.slice(2).map((record) => 'problem' in record && record.problem.class)).toEqual([
      'damaged-file',
      'damaged-file',
    ]);
    expect(messages(await read(`[${JSON.stringify(rows[0])},`))[0]).toMatch(/list that begins on line 1 does not end/);
  });

  it('a record beyond the limit is told and not held, and the next is read', async () => {
    const large = { id: 'large', text: 'x'.repeat(5_000_000) };
    const content = JSON.stringify([rows[0], large, rows[2]]);
    const records = await read(content, { maxRecordBytes: 100_000 });
    expect(brief(records)).toEqual([numbered[0], '2:too-large', numbered[2]]);
    expect(records[1]?.bytes).toBe(JSON.stringify(large).length);
  });

  it('elements that are no objects are told one by one', async () => {
    expect(brief(await read('[1, {"a":1}, "x", [2]]'))).toEqual([
      '1:not-an-object',
      '2:{"a":1}',
      '3:not-an-object',
      '4:not-an-object',
    ]);
  });
});
