/**
 * A container image with what the vLLM installation needs from this machine: the Python of its venv, and shared libraries. The
 * installation itself takes 7 GB and stays in its folder, which a pod mounts at any path.
 */
import { type ImageFile, layerEntries, systemFiles, user, type WrittenImage, writeArchive } from '@proofmill/image';
import { commandFiles, interpreterFiles } from '@proofmill/python';
import type { VllmInstall } from './install/setup.ts';

/** vLLM runs lscpu through a shell to learn about the processors. */
const helpers = ['/bin/sh', '/usr/bin/lscpu'];

/** Writes the image as an OCI archive. The image has no entrypoint; the venv's Python is in the mounted folder. */
export async function writeVllmImage(install: VllmInstall, file: string, name: string): Promise<WrittenImage> {
  const { layout } = install;
  const files = new Map<string, ImageFile>(systemFiles());
  for (const [path, content] of await interpreterFiles(layout.python, [layout.venv])) {
    // The mounted folder has what is in the installation.
    if (!path.startsWith(`${layout.folder}/`)) files.set(path, content);
  }
  for (const helper of helpers) for (const [path, content] of await commandFiles(helper)) files.set(path, content);
  return writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name,
    user: `${user.id}:${user.id}`,
    entrypoint: [],
    workingDir: '/',
    env: ['PATH=/usr/bin:/bin', 'HOME=/tmp'],
    labels: { 'org.opencontainers.image.title': 'what vLLM for CPU needs', 'org.opencontainers.image.version': '1' },
  });
}
