/** How a container of the Proofmill image starts. The Dockerfile at the root has the same settings; a test compares the two. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { revisionOf, root, type Source } from './source.ts';
import { user } from './system.ts';

/** The path of Node in the image. */
export const nodePlace = '/usr/local/bin/node';

/** The same room for short-lived objects as in services/cli/bin/proofmill.js: peak memory must not grow with the run. */
const nodeFlags = ['--min-semi-space-size=8', '--max-semi-space-size=8'];

/** All settings except the name and the labels. */
export const proofmillSettings = {
  user: `${user.id}:${user.id}`,
  entrypoint: ['node', ...nodeFlags, '/app/proofmill.js'],
  workingDir: '/app',
  // With a read-only root, only /tmp has to be mounted: nothing else is written to.
  env: ['PATH=/usr/local/bin', 'HOME=/tmp', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
} as const;

/** The version that `proofmill --version` prints. */
export async function proofmillVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'services/cli/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Labels that describe the image (github.com/opencontainers/image-spec, annotations). The same checkout gives the same. */
export async function proofmillLabels(source: Source): Promise<Record<string, string>> {
  const revision = revisionOf(source);
  const { description } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { description: string };
  return {
    'org.opencontainers.image.title': 'proofmill',
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.version': await proofmillVersion(),
    'org.opencontainers.image.created': source.time,
    ...(revision ? { 'org.opencontainers.image.revision': revision } : {}),
    // The licence of Proofmill itself. The licences of everything else are in /app/THIRD-PARTY.txt and /usr/share/doc.
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}
