import { join } from 'node:path';
import { pythonEnvironment } from '@proofmill/python';

/** The Python of an environment with the readers: the oldest datasets that the card names, or the newest of all. */
export const readersPython = (name: 'datasets-3' | 'newest', log: (line: string) => void): Promise<string> =>
  pythonEnvironment({
    name,
    requirements: join(import.meta.dirname, 'python', `${name}.txt`),
    python: { who: 'The newest pandas', from: [3, 11], below: [3, 15] },
    log,
  });
