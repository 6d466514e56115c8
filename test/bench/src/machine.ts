/** The machine that the figures come from. */
import { readFileSync, realpathSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly node: string;
  readonly natsServer: string;
  readonly fileSystem: string;
}

export function machineOf(folder: string, natsServer: string): Machine {
  const processors = cpus();
  const kilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return {
    cores: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown',
    memoryBytes: Number(kilobytes ?? 0) * 1024,
    node: process.versions.node,
    natsServer,
    fileSystem: fileSystemOf(folder),
  };
}

/** The type of the file system that a folder lies on, such as `ext4`. */
function fileSystemOf(folder: string): string {
  const path = realpathSync(folder);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  let found = { place: '', type: 'unknown' };
  for (const mount of mounts) {
    const [before = '', after = ''] = mount.split(' - ');
    const place = before.split(' ')[4] ?? '';
    const holds = path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`);
    if (holds && place.length >= found.place.length) found = { place, type: after.split(' ')[0] ?? 'unknown' };
  }
  return found.type;
}
