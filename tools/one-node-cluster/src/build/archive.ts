/** Images of one layer, as archives that `ctr images import` and `docker load` read. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '@proofmill/process';
import { images } from '../pins.ts';

/** An image with only the pause program. */
export async function writePauseImage(program: string, file: string, scratch: string): Promise<void> {
  const layer = await emptyFolder(join(scratch, 'pause-layer'));
  await copyFile(program, join(layer, 'pause'));
  await writeArchive(file, layer, images.pause, { Entrypoint: ['/pause'] });
}

/** An image with only these static programs, by their absolute paths in it. Its pods are restricted, and the kubelet must see that the user is not root. */
export async function writeProgramsImage(
  file: string,
  name: string,
  programs: Readonly<Record<string, string>>,
  scratch: string,
): Promise<void> {
  const layer = await emptyFolder(join(scratch, 'programs-layer'));
  for (const [path, program] of Object.entries(programs)) {
    await mkdir(dirname(join(layer, path)), { recursive: true });
    await copyFile(program, join(layer, path));
  }
  const [first] = Object.keys(programs);
  await writeArchive(file, layer, name, { Entrypoint: [first], Env: ['PATH=/bin'], User: '65532:65532' });
}

/** An image with busybox under all of its names: a shell and small tools, for tests. */
export async function writeBusyboxImage(program: string, file: string, scratch: string): Promise<void> {
  const layer = await emptyFolder(join(scratch, 'busybox-layer'));
  for (const folder of ['bin', 'etc', 'tmp']) await mkdir(join(layer, folder));
  await copyFile(program, join(layer, 'bin/busybox'));
  for (const name of (await runCommand(program, ['--list'])).trim().split('\n')) {
    if (name !== 'busybox') await symlink('busybox', join(layer, 'bin', name));
  }
  await writeFile(join(layer, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
  await writeFile(join(layer, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await writeArchive(file, layer, images.busybox, { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] });
}

async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

async function writeArchive(file: string, layer: string, name: string, config: object): Promise<void> {
  const parts = await emptyFolder(`${layer}-archive`);
  await runCommand('tar', [
    ...['--create', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'],
    ...['--file', join(parts, 'layer.tar'), '--directory', layer, '.'],
  ]);
  const digest = createHash('sha256')
    .update(await readFile(join(parts, 'layer.tar')))
    .digest('hex');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const image = { architecture, os: 'linux', config, rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } };
  await writeFile(join(parts, 'config.json'), JSON.stringify(image));
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  await writeFile(join(parts, 'manifest.json'), JSON.stringify(manifest));
  await mkdir(dirname(file), { recursive: true });
  await runCommand('tar', [
    '--create',
    '--file',
    `${file}.partial`,
    '--directory',
    parts,
    'config.json',
    'layer.tar',
    'manifest.json',
  ]);
  await rename(`${file}.partial`, file);
}
