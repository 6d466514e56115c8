/** Node as parts of an image: its program, the libraries compiled into it, and the certificate authorities that it ships. */
import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { npmParts } from './npm-parts.ts';
import { type Part, partFile } from './part.ts';

const run = promisify(execFile);

/** A Node to take into an image. */
export interface FoundNode {
  readonly path: string;
  readonly version: string;
  /** Folder of the npm package that holds it; null for a Node that npm did not install. */
  readonly folder: string | null;
  readonly licence: Buffer | null;
}

/** `program` and `certificates`: content by the path in the image. */
export async function nodeParts(
  root: string,
  node: FoundNode,
  program: readonly [path: string, content: Uint8Array],
  certificates: readonly [path: string, content: Uint8Array],
): Promise<Part[]> {
  const [npm] = node.folder === null ? [] : await npmParts(root, [relative(root, node.folder)]);
  const own: Part = {
    name: 'node',
    version: node.version,
    purl: npm?.purl ?? `pkg:generic/node@${node.version}`,
    licence: 'MIT',
    archiveSha512: npm?.archiveSha512 ?? null,
    files: [partFile(...program)],
    checked: npm?.checked ?? 'Nothing: this Node was not installed by npm.',
  };
  const authorities: Part = {
    name: 'certificate-authorities',
    version: node.version,
    purl: null,
    licence: 'MPL-2.0',
    archiveSha512: null,
    files: [partFile(...certificates)],
    checked: 'Printed by the Node of the image: the list of Mozilla that this version ships.',
    within: 'node',
  };
  return [own, authorities, ...(await compiledIn(node))];
}

/** Of `process.versions`, what is no library: Node itself, numbers of interfaces, data of ICU and of time zones. */
const noLibraries: ReadonlySet<string> = new Set(['node', 'modules', 'napi', 'cldr', 'unicode', 'tz']);

/** Security advisories are often about these, such as OpenSSL, and not about Node. */
async function compiledIn({ path, version }: FoundNode): Promise<Part[]> {
  const { stdout } = await run(path, ['-p', 'JSON.stringify(process.versions)'], { env: {} });
  const versions = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return versions
    .filter(([name, found]) => !noLibraries.has(name) && found !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => ({
      name,
      version: found,
      purl: `pkg:generic/${name}@${encodeURIComponent(found)}`,
      licence: null,
      archiveSha512: null,
      files: [],
      checked: `Node ${version} says that it is compiled in (process.versions).`,
      within: 'node',
    }));
}
