/** kwok, which acts as the kubelet of nodes that do not exist, for measurements with thousands of pods. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { buildGoProgram, type GoProgram } from '@proofmill/process';
import { kwokSum, kwokVersion } from '../pins.ts';
import { type Addition, buildAddition } from './addition.ts';
import type { BuildOptions } from './build.ts';

export interface Kwok {
  readonly program: string;
  /** Its configuration: pods start, and end only when they are deleted. By itself it would end the pods of a Job at once. */
  readonly config: string;
}

const program: GoProgram = {
  module: { path: 'sigs.k8s.io/kwok', version: kwokVersion, sum: kwokSum },
  package: './cmd/kwok',
};

const folder = cacheFolder(`kwok-${kwokVersion}`);
const parts: Kwok = { program: join(folder, 'kwok'), config: join(folder, 'pods.yaml') };

const kwok: Addition<Kwok> = {
  name: `kwok ${kwokVersion}`,
  fetches: `${program.module.path} from the Go module proxy, one or two minutes on two cores`,
  folder,
  parts,
  last: parts.program,
  async build(scratch) {
    const built = join(scratch, 'kwok');
    const sources = await buildGoProgram(program, built);
    const stages = ['pod-ready.yaml', 'pod-delete.yaml'].map((name) => join(sources, 'kustomize/stage/pod/fast', name));
    const texts = await Promise.all(stages.map((file) => readFile(file, 'utf8')));
    await writeFile(parts.config, texts.join('---\n'));
    await rename(built, parts.program);
  },
};

/** Builds kwok into the cache folder, unless it is there. */
export const buildKwok = (options: BuildOptions): Promise<Kwok> => buildAddition(kwok, options);
