import { rename, rm } from 'node:fs/promises';
import { runCommand } from '@proofmill/process';

/**
 * Copies a folder of a module into the cache, where an earlier copy is replaced. The files of a module are read-only, and the copy is not:
 * `change` gets it before it has its name.
 */
export async function copyModuleFolder(
  source: string,
  target: string,
  change: (copy: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const partial = `${target}.partial`;
  for (const old of [partial, target]) await rm(old, { recursive: true, force: true });
  await runCommand('cp', ['-r', '--no-preserve=mode', source, partial]);
  await change(partial);
  await rename(partial, target);
}
