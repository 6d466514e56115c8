import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './cruise.ts';

/** What scripts/core-is-pure.ts finds in the tree in `folder`: `file:line: what`. */
export function breachesOfPurity(folder: string): string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'scripts/core-is-pure.ts')], {
    cwd: folder,
    encoding: 'utf8',
  });
  const breaches = stdout.split('\n').filter((line) => line !== '');
  if ((status !== 0) !== breaches.length > 0) throw new Error(`the check ends with ${status}: ${stderr}`);
  return breaches;
}
