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
import { type FoundNode, nodeParts } from './node-parts.ts';
import { provenanceOf } from './provenance.ts';
import { sbomFile } from './sbom.ts';
import { nodePlace, proofmillLabels, proofmillSettings, proofmillVersion } from './settings.ts';
import { root, sourceOf } from './source.ts';
import { certificateFile, systemFiles } from './system.ts';
import { systemParts } from './system-parts.ts';

const run = promisify(execFile);
const oldestMajor = 24;
const certificatesPlace = '/etc/ssl/certs/ca-certificates.crt';

/** An image with the documents about it, as texts of files. */
export interface DocumentedImage extends WrittenImage {
  /** What is in it: SPDX 2.3. The same file is in the image. */
  readonly sbom: string;
  /** Where that comes from: SLSA Provenance v1. It names the digest of the image, so it cannot be inside. */
  readonly provenance: string;
}

/** Writes the image as an OCI archive. `name` is like `proofmill:1.2.3`; default: proofmill and its version. */
export async function writeProofmillImage(
  file: string,
  options: { readonly name?: string } = {},
): Promise<DocumentedImage & { readonly contents: readonly string[] }> {
  const source = await sourceOf();
  const version = await proofmillVersion();
  const base = await baseOf(await findNode());
  const app = await bundle();
  const parts = [...base.parts, ...app.parts];
  const sbom = sbomFile({ name: 'proofmill', version, licence: 'Apache-2.0', source, parts });
  const top = new Map<string, ImageFile>([
    ...[...app.files].map(([path, content]) => [`/app/${path}`, content] as const),
    ['/app/sbom.spdx.json', sbom],
    // For probes: `command: [proofmill, health, ..]`.
    ['/usr/local/bin/proofmill', { link: '/app/proofmill.js' }],
  ]);
  const written = await writeArchive(file, [layerEntries(base.files, ['/tmp']), layerEntries(top)], {
    name: options.name ?? `proofmill:${version}`,
    ...proofmillSettings,
    labels: await proofmillLabels(source),
    created: source.time,
  });
  return {
    ...written,
    sbom: Buffer.from(sbom.content).toString(),
    provenance: await provenanceOf(written, source, parts),
    contents: [
      ...base.contents,
      `/app: the bundle, ${app.files.size} files of ours and ${app.parts.length} npm packages, ${Math.round(bytesOf(app.files) / 1024)} kB`,
    ],
  };
}

/** The lower layer: Node and the system rarely change, unlike the bundle, so a new version transfers only a few megabytes. */
async function baseOf(node: FoundNode) {
  const program = await programFiles(node.path, nodePlace);
  const libraries = [...program.keys()].filter((path) => path !== nodePlace);
  const certificates = await certificateFile(node.path);
  const files = new Map<string, ImageFile>([
    ...program,
    ...systemFiles(),
    ...(await systemLicences(libraries)),
    [certificatesPlace, certificates],
    ...(node.licence ? ([['/usr/share/doc/node/LICENSE', { content: node.licence }]] as const) : []),
  ]);
  const programContent = await readFile(node.path);
  return {
    files,
    parts: [
      ...(await nodeParts(root, node, [nodePlace, programContent], [certificatesPlace, certificates.content])),
      ...(await systemParts(libraries)),
    ],
    contents: [
      `${nodePlace}: Node ${node.version} (${node.path})`,
      `${libraries.join(', ')}: of this machine`,
      '/etc: user 65532, name lookup, the certificate authorities of Node',
    ],
  };
}

/** The Node that npm installed for this machine, else the one that runs this script. */
async function findNode(): Promise<FoundNode> {
  const folder = join(root, `node_modules/node-${process.platform}-${process.arch}`);
  const versionOf = async (path: string): Promise<string> => (await run(path, ['--version'])).stdout.trim().slice(1);
  for (const path of [join(folder, 'bin/node'), process.execPath]) {
    const version = await versionOf(path).catch(() => '');
    if (Number.parseInt(version, 10) < oldestMajor || version === '') continue;
    const licence = await readFile(join(dirname(path), '../LICENSE')).catch(() => null);
    return { path, version, folder: path.startsWith(folder) ? folder : null, licence };
  }
  throw new Error(`there is no Node ${oldestMajor} or newer for the image: run npm ci`);
}

const bytesOf = (files: ReadonlyMap<string, ImageFile>): number =>
  [...files.values()].reduce((sum, file) => sum + ('content' in file ? file.content.length : 0), 0);
