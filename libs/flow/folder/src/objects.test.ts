import { IntegrityError } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { memoryStore } from '@proofmill/test-kit';
import { objectBytes, readObject } from './objects.ts';

const schema = z.strictObject({ v: z.literal(2), records: z.int() });

/** What is said about the bytes of a _MANIFEST.json. */
async function saidOf(bytes: Uint8Array): Promise<string> {
  const store = memoryStore(new Map([['_MANIFEST.json', bytes]]));
  const error = await readObject(store, '_MANIFEST.json', schema).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IntegrityError);
  return (error as Error).message;
}

it('a whole object of another version is not to be removed, as a damaged one is', async () => {
  const whole = objectBytes({ v: 1, records: 3, former: true });
  const other = await saidOf(whole);
  expect(other).toContain('_MANIFEST.json is not damaged, and this version of Proofmill does not understand it');
  expect(other).not.toMatch(/remove/i);
  const damaged = await saidOf(Buffer.from(Buffer.from(whole).toString().replace('3', '4')));
  expect(damaged).toContain('is damaged: its sha256 is not that of its content. Remove it');
});
