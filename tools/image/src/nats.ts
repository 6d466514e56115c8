/** A NATS server as an image, for tests on a cluster without a registry. Production uses the official image. */
import { findNatsServer } from '@proofmill/nats-server';
import { type WrittenImage, writeArchive } from './archive.ts';
import { layerEntries } from './files.ts';
import { programFiles } from './program.ts';
import { systemFiles, user } from './system.ts';

/** Writes the nats-server of this machine, or a fetched one, as an OCI archive. Rejects if there is none. */
export async function writeNatsImage(file: string, options: { readonly name?: string } = {}): Promise<WrittenImage> {
  const server = await findNatsServer();
  if (server.path === null) throw new Error(`${server.reason} ${server.remedy}`);
  const place = '/nats-server';
  const files = new Map([...(await programFiles(server.path, place)), ...systemFiles()]);
  return writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name: options.name ?? 'nats:test',
    user: `${user.id}:${user.id}`,
    entrypoint: [place],
    workingDir: '/',
    env: ['PATH=/', 'HOME=/tmp'],
    labels: { 'org.opencontainers.image.title': 'nats-server', 'org.opencontainers.image.version': server.version },
  });
}
