import { join } from 'node:path';
import { pythonEnvironment } from '@proofmill/python';

/** The Python of an environment with a trainer; the pins of the two do not fit together. */
export const trainersPython = (name: 'trl' | 'llama-factory', log: (line: string) => void): Promise<string> =>
  pythonEnvironment({
    name: `exports-${name}`,
    requirements: join(import.meta.dirname, 'python', `${name}.txt`),
    python: { who: 'LLaMA-Factory', from: [3, 11], below: [3, 14] },
    log,
  });
