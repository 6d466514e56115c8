/** Argo Workflows, for a test of its steps: controller and executor, built with Go from the module proxy, in one image, and its manifests. */
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { buildGoProgram, type GoProgram } from '@proofmill/process';
import { argoImage, argoSum, argoVersion } from '../pins.ts';
import { type Addition, buildAddition, findAddition } from './addition.ts';
import { writeProgramsImage } from './archive.ts';
import type { BuildOptions } from './build.ts';
import { copyModuleFolder } from './module-folder.ts';

export interface Argo {
  /** The archive of its image, `argoImage`: /bin/workflow-controller and /bin/argoexec. */
  readonly image: string;
  /** The folder of its manifests: bases for kustomize. */
  readonly manifests: string;
}

const program: Omit<GoProgram, 'package'> = {
  module: { path: 'github.com/argoproj/argo-workflows/v3', version: argoVersion, sum: argoSum },
  isStatic: true,
};

const executorSources = 'workflow/executor/osspecific';

const folder = cacheFolder(`argo-${argoVersion}`);
const parts: Argo = { image: join(folder, 'argo.tar'), manifests: join(folder, 'manifests') };

const argo: Addition<Argo> = {
  name: `Argo Workflows ${argoVersion}`,
  fetches: `${program.module.path} from the Go module proxy, ten minutes on two cores`,
  folder,
  parts,
  last: parts.image,
  async build(scratch) {
    const [controller, executor] = [join(scratch, 'workflow-controller'), join(scratch, 'argoexec')];
    const sources = await buildGoProgram({ ...program, package: './cmd/workflow-controller' }, controller);
    const links = { [`${executorSources}/signal_linux.go`]: 'signal_darwin.go' };
    await buildGoProgram({ ...program, package: './cmd/argoexec', links }, executor);
    await copyModuleFolder(join(sources, 'manifests'), parts.manifests);
    const programs = { '/bin/workflow-controller': controller, '/bin/argoexec': executor };
    await writeProgramsImage(parts.image, argoImage, programs, scratch);
  },
};

/** Null where it is not built. */
export const findArgo = (): Promise<Argo | null> => findAddition(argo);

/** Builds controller and executor into the cache folder, unless they are there. */
export const buildArgo = (options: BuildOptions): Promise<Argo> => buildAddition(argo, options);
