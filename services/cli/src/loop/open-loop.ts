/** The ports of a loop: files, processes and jobs of this machine. */
import { appendFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openStore } from '@proofmill/blob';
import { openCorpus, type Progress } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import type { LoopFile } from '@proofmill/job-files';
import { loopPaths } from '@proofmill/rounds';
import type { Shutdown } from '@proofmill/runtime';
import type { LoopPorts, Model } from '@proofmill/training';
import { promptsIn } from '../benchmark-prompts.ts';
import { exportOutputs } from '../exporting.ts';
import { scoredOutput } from '../scored-output.ts';
import { loopProfiles } from './profiles.ts';
import { runLoopJob } from './run-job.ts';
import type { Serving } from './serving.ts';
import { digestOfFolder, runTraining } from './training.ts';

export interface LoopProcess {
  readonly file: LoopFile;
  readonly serving: Serving;
  readonly shutdown: Shutdown;
  readonly progress: Progress;
}

export async function openLoop({ file, serving, shutdown, progress }: LoopProcess): Promise<LoopPorts> {
  const { loop, baseDir, out } = file;
  const { spec } = loop;
  await mkdir(out, { recursive: true });
  const pathOf = (path: string): string => join(out, path);
  const modelOf = ({ place, isTrained }: Pick<Model, 'place' | 'isTrained'>): string =>
    isTrained ? pathOf(place) : place;
  const profiles = await loopProfiles(file);
  return {
    store: openStore(out),
    storeAt: (path) => openStore(pathOf(path)),
    corpus: (corpus, folder) => openCorpus(folder === null ? baseDir : pathOf(folder), corpus),
    promptsIn: (files) => promptsIn(files, baseDir),
    codec: zstdCodec(),
    profiles,
    run: (job, folder, models) =>
      runLoopJob(job, folder, models, { spec, baseDir, out, modelOf, serving, shutdown, progress }),
    async exportSet(outs, to) {
      await exportOutputs({
        ...{ outs: outs.map(pathOf), to: pathOf(to), trainer: spec.export.for, form: 'reasoning' },
        ...{ text: spec.prover ? 'proof' : 'rationale', model: spec.judge.weights },
        profile: profiles.judge,
      });
    },
    async train(run) {
      // The trainer needs what the server holds.
      await serving.end();
      const logs = join(out, loopPaths.logs);
      return runTraining(run, { folder: baseDir, pathOf, modelOf, logs, stop: shutdown.stop });
    },
    weigh: (model) => digestOfFolder(resolve(baseDir, modelOf(model))),
    scored: (path) => scoredOutput(pathOf(path)),
    report: progress.report,
    note: (entry) => appendFile(join(out, loopPaths.log), `${JSON.stringify(entry)}\n`),
    seconds: () => performance.now() / 1000,
    stop: shutdown.stop,
  };
}
