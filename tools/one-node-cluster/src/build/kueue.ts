/** Kueue, for tests of jobs in its queues: its program, built with Go from the module proxy, as an image, and its own chart. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { buildGoProgram, type GoProgram } from '@proofmill/process';
import { kueueImage, kueueSum, kueueVersion } from '../pins.ts';
import { type Addition, buildAddition, findAddition } from './addition.ts';
import { writeProgramsImage } from './archive.ts';
import type { BuildOptions } from './build.ts';
import { copyModuleFolder } from './module-folder.ts';

/** What an installation of Kueue needs. */
export interface Kueue {
  /** The archive of its image, `images.kueue`. */
  readonly image: string;
  /** The folder of its chart, without the visibility API: that is an API server of its own, which this cluster has no certificates for. */
  readonly chart: string;
}

const program: GoProgram = {
  module: { path: 'sigs.k8s.io/kueue', version: kueueVersion, sum: kueueSum },
  package: './cmd/kueue',
  isStatic: true,
};

const folder = cacheFolder(`kueue-${kueueVersion}`);
const parts: Kueue = { image: join(folder, 'kueue.tar'), chart: join(folder, 'chart') };

const kueue: Addition<Kueue> = {
  name: `Kueue ${kueueVersion}`,
  fetches: `${program.module.path} from the Go module proxy, ten minutes on two cores`,
  folder,
  parts,
  last: parts.image,
  async build(scratch) {
    const sources = await buildGoProgram(program, join(scratch, 'manager'));
    await copyModuleFolder(join(sources, 'charts/kueue'), parts.chart, withoutVisibility);
    const name = `${kueueImage.repository}:${kueueImage.tag}`;
    // The path is the one that its chart starts.
    await writeProgramsImage(parts.image, name, { '/manager': join(scratch, 'manager') }, scratch);
  },
};

/** Null where it is not built. */
export const findKueue = (): Promise<Kueue | null> => findAddition(kueue);

/** Builds Kueue into the cache folder, unless it is there. */
export const buildKueue = (options: BuildOptions): Promise<Kueue> => buildAddition(kueue, options);

async function withoutVisibility(chart: string): Promise<void> {
  const templates = join(chart, 'templates');
  for (const name of await readdir(templates)) {
    if (name.startsWith('visibility')) await rm(join(templates, name), { recursive: true });
  }
}
