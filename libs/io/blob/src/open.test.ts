import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { openJournals, openStore } from './open.ts';

test.each(['s3:/bucket/x', 's3:x', 'gs://bucket', 'http://host/x', 'file://host/x', 'file:x'])(
  '%j is opened neither as a folder nor as an object store',
  (uri) => {
    expect(() => openStore(uri)).toThrow(ConfigurationError);
    expect(() => openJournals(uri, () => 'journal')).toThrow('is neither a folder nor an object store');
  },
);

test('a folder is opened by its path or its file:// URI, whatever its name looks like', async () => {
  const missing = join(tmpdir(), 'proofmill-no-such-folder');
  for (const uri of [missing, pathToFileURL(missing).href, './s3:/x'])
    expect(await openStore(uri).list('')).toEqual([]);
});
