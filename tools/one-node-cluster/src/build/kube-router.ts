/** kube-router, of which a cluster runs only the part that enforces network policies. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import {
  buildGoProgram,
  CommandError,
  type CommandOptions,
  type GoProgram,
  runCommand,
  ToolError,
} from '@proofmill/process';
import { kubeRouterSum, kubeRouterVersion } from '../pins.ts';
import { type Addition, buildAddition, findAddition } from './addition.ts';
import type { BuildOptions } from './build.ts';
import { installPackages, packagesMissing } from './debian.ts';

export interface KubeRouter {
  readonly program: string;
}

const program: GoProgram = {
  module: { path: 'github.com/cloudnativelabs/kube-router/v2', version: kubeRouterVersion, sum: kubeRouterSum },
  package: './cmd/kube-router',
};

const folder = cacheFolder(`kube-router-${kubeRouterVersion}`);
/** Path of the program, built or not. */
export const kubeRouterProgram = join(folder, 'kube-router');
const parts: KubeRouter = { program: kubeRouterProgram };

const kubeRouter: Addition<KubeRouter> = {
  name: `kube-router ${kubeRouterVersion}`,
  fetches: `${program.module.path} from the Go module proxy, two minutes on two cores`,
  folder,
  parts,
  last: parts.program,
  async build(scratch) {
    const built = join(scratch, 'kube-router');
    await buildGoProgram(program, built);
    await rename(built, parts.program);
  },
};

/** What it runs besides the programs of a node. */
const missingPackages = (): Promise<string[]> => packagesMissing({ ipset: 'ipset' });

/** Null where it is not built, or the machine lacks a program that it runs. */
export const findKubeRouter = async (): Promise<KubeRouter | null> =>
  (await missingPackages()).length > 0 ? null : findAddition(kubeRouter);

/**
 * Builds kube-router into the cache folder, and installs the package ipset, unless they are there.
 * @throws {ToolError} configuration (no Go, no apt-get) or temporary (a download, an installation or the build failed)
 */
export async function buildKubeRouter(options: BuildOptions): Promise<KubeRouter> {
  const run = (file: string, args: readonly string[], more: CommandOptions = {}): Promise<string> =>
    runCommand(file, args, more);
  await installPackages(options.log, run, missingPackages).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new ToolError('temporary', `ipset, which kube-router needs, is not installed: ${error.message}`, {
      cause: error,
    });
  });
  return buildAddition(kubeRouter, options);
}
