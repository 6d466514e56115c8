import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../../..');
export const configPath = join(root, '.dependency-cruiser.mjs');

type Dependency = { module: string; resolved: string; couldNotResolve: boolean };
export type Cruise = {
  modules: { source: string; dependencies: Dependency[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
};

/** What dependency-cruiser says, under the repository's own rules, about the tree in `folder`. */
export async function cruise(folder: string): Promise<Cruise> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/.bin/depcruise'),
      ...['--config', configPath, '--output-type', 'json'],
      ...['libs', 'services', 'tools', 'test', 'scripts'],
    ],
    { cwd: folder, maxBuffer: 256 * 2 ** 20 },
  );
  return JSON.parse(stdout) as Cruise;
}
