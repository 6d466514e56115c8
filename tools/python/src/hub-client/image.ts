/** A container image that downloads from Hugging Face: a Python and the command `hf`. */
import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type ImageFile, layerEntries, systemFiles, user, type WrittenImage, writeArchive } from '@proofmill/image';
import { filesBelow, interpreterFiles } from '../image-files.ts';

const packagesFolder = '/opt/packages';
const python3 = '/usr/bin/python3';
const hf = `#!${python3}
from huggingface_hub.cli.hf import main

main()
`;

/** Writes the image as an OCI archive. `python` is that of the environment of the client. */
export async function writeHubClientImage(python: string, file: string, name: string): Promise<WrittenImage> {
  const script =
    'import os, sys, sysconfig; print(sysconfig.get_path("purelib")); print(os.path.realpath(sys.executable))';
  const { stdout } = await promisify(execFile)(python, ['-I', '-c', script]);
  const [packages = '', program = ''] = stdout.trim().split('\n');
  const files = new Map<string, ImageFile>(systemFiles());
  for (const [path, content] of await interpreterFiles(program, [packages])) files.set(path, content);
  for (const [path, content] of await filesBelow(packages))
    files.set(join(packagesFolder, relative(packages, path)), content);
  if (program !== python3) files.set(python3, { link: program });
  files.set('/usr/bin/hf', { content: Buffer.from(hf), executable: true });
  return writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name,
    user: `${user.id}:${user.id}`,
    entrypoint: [],
    workingDir: '/',
    env: ['PATH=/usr/bin:/bin', 'HOME=/tmp', `PYTHONPATH=${packagesFolder}`],
    labels: { 'org.opencontainers.image.title': 'the command hf' },
  });
}
