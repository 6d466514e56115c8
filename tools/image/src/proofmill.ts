/** The image of Proofmill: all roles and commands in one image, without a shell or a package manager. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type WrittenImage, writeArchive } from './archive.ts';
import { bundle } from './bundle.ts';
import { type ImageFile, layerEntries } from './files.ts';
import { systemLicences } from './licences.ts';
import { programFiles } from './program.ts';
import { nodePlace, proofmillLabels, proofmillSettings, proofmillVersion } from './settings.ts';
import { certificateFile, systemFiles } from './system.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const oldestMajor = 24;

/** Writes the image as an OCI archive. `name` is like `proofmill:1.2.3`; default: proofmill and its version. */
export async function writeProofmillImage(
  file: string,
  options: { readonly name?: string } = {},
): Promise<WrittenImage & { readonly contents: readonly string[] }> {
  const node = await findNode();
  const program = await programFiles(node.path, nodePlace);
  const libraries = [...program.keys()].filter((path) => path !== nodePlace);
  // Node and the system rarely change, unlike the bundle, so a new version transfers only a few megabytes.
  const base = new Map<string, ImageFile>([
    ...program,
    ...systemFiles(),
    ...(await systemLicences(libraries)),
    ['/etc/ssl/certs/ca-certificates.crt', await certificateFile(node.path)],
    ...(node.licence ? ([['/usr/share/doc/node/LICENSE', { content: node.licence }]] as const) : []),
  ]);
  const app = await bundle();
  const top = new Map<string, ImageFile>([
    ...[...app].map(([path, content]) => [`/app/${path}`, content] as const),
    // For probes: `command: [proofmill, health, ..]`.
    ['/usr/local/bin/proofmill', { link: '/app/proofmill.js' }],
  ]);
  const written = await writeArchive(file, [layerEntries(base, ['/tmp']), layerEntries(top)], {
    name: options.name ?? `proofmill:${await proofmillVersion()}`,
    ...proofmillSettings,
    labels: await proofmillLabels(),
  });
  return {
    ...written,
    contents: [
      `${nodePlace}: Node ${node.version} (${node.path})`,
      `${libraries.join(', ')}: of this machine`,
      '/etc: user 65532, name lookup, the certificate authorities of Node',
      `/app: the bundle, ${app.size} files, ${Math.round(bytesOf(app) / 1024)} kB`,
    ],
  };
}

/** The Node that npm installed for this machine, else the one that runs this script. */
async function findNode(): Promise<{ path: string; version: string; licence: Buffer | null }> {
  const folder = join(root, `node_modules/node-${process.platform}-${process.arch}`);
  const versionOf = async (path: string): Promise<string> => (await run(path, ['--version'])).stdout.trim().slice(1);
  for (const path of [join(folder, 'bin/node'), process.execPath]) {
    const version = await versionOf(path).catch(() => '');
    if (Number.parseInt(version, 10) < oldestMajor || version === '') continue;
    const licence = await readFile(join(dirname(path), '../LICENSE')).catch(() => null);
    return { path, version, licence };
  }
  throw new Error(`there is no Node ${oldestMajor} or newer for the image: run npm ci`);
}

const bytesOf = (files: ReadonlyMap<string, ImageFile>): number =>
  [...files.values()].reduce((sum, file) => sum + ('content' in file ? file.content.length : 0), 0);
