import { dirname, resolve } from 'node:path';
import { ConfigurationError, schemeOf, type TrainingLoop, trainingLoopSchema } from '@proofmill/contract';
import { readTextFile } from './text-file.ts';

export interface LoopFile {
  readonly loop: TrainingLoop;
  /** The folder that relative paths start at, and that commands run in. */
  readonly baseDir: string;
  /** The folder of the loop. */
  readonly out: string;
}

const name = 'loop file';

/** ConfigurationError with every mistake in the file, one a line. */
export async function readLoop(path: string): Promise<LoopFile> {
  const { readYamlFile } = await import('./yaml-file.ts');
  const loop = await readYamlFile(path, { name, schema: trainingLoopSchema, kinds: [] });
  const baseDir = dirname(resolve(path));
  const { uri } = loop.spec.output;
  if (schemeOf(uri) !== null)
    throw new ConfigurationError(
      `output.uri ${uri}: a loop writes to a folder of this machine, since trainers do. Write a path`,
    );
  return { loop, baseDir, out: resolve(baseDir, uri) };
}

/** Whether a file says that it is a loop, and no job. A file that cannot be read is neither. */
export async function isLoopFile(path: string): Promise<boolean> {
  const { parseYaml } = await import('./yaml-file.ts');
  try {
    const values = parseYaml(await readTextFile(path, name), path);
    return (values as { kind?: unknown } | null)?.kind === 'TrainingLoop';
  } catch {
    return false;
  }
}
