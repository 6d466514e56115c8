import type { Coordinated, OpenGeneration } from '@proofmill/coordinate';
import type { CoordinatorOptions } from './run.ts';

/** Runs a job over NATS, as run.ts does, which is loaded only now: most commands need no NATS client. */
export const runCoordinator = async (options: CoordinatorOptions): Promise<Coordinated> =>
  (await import('./run.ts')).runCoordinator(options);

/** The same for a generation of the job's output. */
export const coordinateGeneration = async (options: CoordinatorOptions, opened: OpenGeneration): Promise<Coordinated> =>
  (await import('./run.ts')).coordinateGeneration(options, opened);
