import { dirname, join } from 'node:path';
import { pythonEnvironment } from '@proofmill/python';
import { pythonRange } from '../install/pins.ts';
import type { VllmInstall } from '../install/setup.ts';

/**
 * The folder of the program `trl`, TRL 1.16.0. It is installed beside vLLM, whose torch, transformers and accelerate it uses: so it is 0.1 GB to
 * fetch and not 3 GB.
 * @throws {ToolError} temporary (a download failed)
 */
export async function setUpTrainer(install: VllmInstall, log: (line: string) => void): Promise<string> {
  const python = await pythonEnvironment({
    name: 'trl',
    requirements: join(import.meta.dirname, 'trl.txt'),
    python: { who: 'TRL', ...pythonRange },
    behind: install.layout.python,
    log,
  });
  return dirname(python);
}
