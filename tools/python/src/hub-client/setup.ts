import { join } from 'node:path';
import { pythonEnvironment } from '../environment.ts';

/**
 * The Python of an environment with huggingface_hub 2.4.0, which vLLM 0.32.0 comes with, and its command `hf`: 20 MB from PyPI into the cache folder,
 * once.
 * @throws {ToolError} configuration (no Python) or temporary (a download failed)
 */
export const setUpHubClient = (log: (line: string) => void): Promise<string> =>
  pythonEnvironment({
    name: 'huggingface-hub',
    requirements: join(import.meta.dirname, 'requirements.txt'),
    python: { who: 'huggingface_hub', from: [3, 10], below: [3, 15] },
    log,
  });
