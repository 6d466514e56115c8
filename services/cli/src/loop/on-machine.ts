/** Jobs in this process, trainers and servers of weights as processes of this machine. */
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { faultsOnMachine, loopPaths } from '@proofmill/rounds';
import { type LoopPlace, type LoopProcess, modelIn } from './open-loop.ts';
import { runLoopJob } from './run-job.ts';
import type { Serving } from './serving.ts';
import { requireCommands } from './commands.ts';
import { runTraining } from './training.ts';

/** @throws {ConfigurationError} where nobody on this machine would serve a model of the loop */
export function onMachine({
  file,
  serving,
  shutdown,
  progress,
}: Omit<LoopProcess, 'place'> & { readonly serving: Serving }): LoopPlace {
  const { loop, baseDir, out } = file;
  const { spec } = loop;
  const faults = faultsOnMachine(spec);
  if (faults.length > 0) throw new ConfigurationError(faults.join('\n'));
  const modelOf = modelIn(out);
  return {
    requireCommands: () => requireCommands(spec, baseDir),
    run: (job, folder, models) =>
      runLoopJob(job, folder, models, { spec, baseDir, out, modelOf, serving, shutdown, progress }),
    async train(run) {
      // The trainer needs what the server holds.
      await serving.end();
      const logs = join(out, loopPaths.logs);
      return runTraining(run, {
        folder: baseDir,
        pathOf: (path) => join(out, path),
        modelOf,
        logs,
        stop: shutdown.stop,
      });
    },
  };
}
