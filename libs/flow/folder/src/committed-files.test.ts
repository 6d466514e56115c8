import { IntegrityError, sha256 } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { committedRecords, generationStore, verifyCommitted } from './index.ts';
import { storeOf } from './store.fixture.ts';

const path = '.proofmill/label/staging/00000.rows.e1.aa.jsonl';
const text = '{"n":1}\n{"n":2}\n';
const file = { path, bytes: text.length, sha256: sha256(text) };
const schema = z.object({ n: z.number() });

async function recordsOf(stored: string, named = file): Promise<number[]> {
  const found: number[] = [];
  for await (const { n } of committedRecords(storeOf({ [path]: stored }), named, schema)) found.push(n);
  return found;
}

describe('a committed file', () => {
  it('gives its records', async () => {
    expect(await recordsOf(text)).toEqual([1, 2]);
    await verifyCommitted(storeOf({ [path]: text }), file);
  });

  it.each([
    ['a changed character', '{"n":1}\n{"n":3}\n', 'is damaged: its sha256 is not what its manifest says'],
    ['a lost line', '{"n":1}\n', 'is damaged: it has 8 bytes, its manifest says 16'],
    ['a lost end', '{"n":1}\n{"n":2}', 'is damaged: it has 15 bytes, its manifest says 16'],
    ['a line that is no JSON', '{"n":1}\n{"n"?2}\n', 'is damaged: it holds no record in line 2'],
    ['a line that is another record', '{"m":1}\n{"n":2}\n', 'is damaged: it holds no record in line 1'],
    ['nothing at all', '', 'is damaged: it has 0 bytes'],
  ])('with %s is an IntegrityError that names it and what repairs it', async (_, stored, sentence) => {
    const error = await recordsOf(stored).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ object: path, message: expect.stringContaining(`${path} ${sentence}`) });
    expect(String(error)).toContain('Remove it, the manifest of its shard');
    await expect(verifyCommitted(storeOf({ [path]: stored }), file)).rejects.toThrow(IntegrityError);
  });

  it('of a generation is named by its path in the output', async () => {
    const store = generationStore(storeOf({ [`generations/2/${path}`]: 'x' }), 2);
    await expect(verifyCommitted(store, file)).rejects.toMatchObject({ object: `generations/2/${path}` });
  });
});
