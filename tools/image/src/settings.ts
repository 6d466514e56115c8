/** How a container of the Proofmill image starts. The Dockerfile at the root has the same settings; a test compares the two. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { user } from './system.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

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

/** Labels that describe the image. They have no build time: the same checkout gives the same image. */
export async function proofmillLabels(): Promise<Record<string, string>> {
  const revision = await revisionOf(root);
  return {
    'org.opencontainers.image.title': 'proofmill',
    'org.opencontainers.image.version': await proofmillVersion(),
    ...(revision ? { 'org.opencontainers.image.revision': revision } : {}),
    // The licence of Proofmill itself. The licences of everything else are in /app/THIRD-PARTY.txt and /usr/share/doc.
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}

/** The commit, with `-changed` if files differ from it; null if there is no repository. */
async function revisionOf(folder: string): Promise<string | null> {
  try {
    const commit = (await run('git', ['-C', folder, 'rev-parse', 'HEAD'])).stdout.trim();
    const changes = (await run('git', ['-C', folder, 'status', '--porcelain'])).stdout;
    return changes === '' ? commit : `${commit}-changed`;
  } catch {
    return null;
  }
}
