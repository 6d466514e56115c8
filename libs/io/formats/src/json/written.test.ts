import { expect, it } from 'vitest';
import { read } from '../memory-file.fixture.ts';

/** The id of each record as it is written, and null where its value says all. */
async function writtenIds(content: string, path = 'id'): Promise<(string | null)[]> {
  const records = await read(content);
  return records.map((record) => ('value' in record ? (record.written?.at(path) ?? null) : 'no record'));
}

const numbers = ['0.10', '1.0', '1e400', '1e21', '-0', '0.1234567890123456789', '12345678901234567890.5'];
const plain = ['7', '-1.5', '"1.0"', 'null'];

it('a number that JavaScript would write in another way is known as it is written', async () => {
  const lines = [...numbers, ...plain].map((number) => `{"text": "at 1.0, or [2.50", "id": ${number}}\n`).join('');
  expect(await writtenIds(lines)).toEqual([...numbers, ...plain.map(() => null)]);
});

it.each([
  ['in a list', '[{"id": 1.0}, {"id": 2}]', 'id'],
  ['inside a field', '{"info": {"id": 1.0}}\n{"info": {"id": 2}}\n', 'info.id'],
  ['in a list of a field', '{"ids": [0, 1.0]}\n{"ids": [0, 2]}\n', 'ids[1]'],
  ['in a table of lists', '{"id": [1.0, 2], "a": ["x", "y"]}', 'id'],
  ['in a table of numbered fields', '{"id": {"0": 1.0, "1": 2}, "a": {"0": "x", "1": "y"}}', 'id'],
  ['in rows by number', '{"0": {"id": 1.0}, "1": {"id": 2}}', 'id'],
  ['in rows of a viewer', '{"rows": [{"row_idx": 0, "row": {"id": 1.0}}, {"row_idx": 1, "row": {"id": 2}}]}', 'id'],
])('%s too', async (_name, content, path) => {
  expect(await writtenIds(content, path)).toEqual(['1.0', null]);
});

it('a field of that very name wins over a field inside a field', async () => {
  expect(await writtenIds('{"a": {"b": 1.0}, "a.b": 2.0}\n', 'a.b')).toEqual(['2.0']);
});
