/** A server that ignores the condition of a write: two creators of one object would both believe that they won. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { s3Store } from '@proofmill/blob';
import { ConfigurationError } from '@proofmill/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';

const objects = new Set<string>();
const server = createServer((request, response) => {
  request.resume();
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method === 'PUT') objects.add(path);
  if (request.method === 'DELETE') objects.delete(path);
  response.writeHead(request.method === 'DELETE' ? 204 : 200, { ETag: '"1"' }).end();
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_REGION: 'us-east-1',
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('a server that ignores conditional writes is refused before the first object is written', async () => {
  const writing = s3Store({ bucket: 'labels', prefix: 'out' }).write('plan/START', [new Uint8Array([1])]);
  await expect(writing).rejects.toThrow(ConfigurationError);
  await expect(writing).rejects.toThrow(/ignores conditional writes/);
  expect([...objects]).toEqual([]);
});
