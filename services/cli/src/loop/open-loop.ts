/** The ports of a loop: its folder, and where its jobs and trainers run. */
import { appendFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openListedFolder, openStore } from '@proofmill/blob';
import { openCorpus, type Progress } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import type { LoopFile } from '@proofmill/job-files';
import { loopPaths } from '@proofmill/rounds';
import type { Shutdown } from '@proofmill/runtime';
import { type LoopPorts, type Model, putWeights } from '@proofmill/training';
import { promptsIn } from '../benchmark-prompts.ts';
import { exportOutputs } from '../exporting.ts';
import { scoredOutput } from '../scored-output.ts';
import { loopProfiles } from './profiles.ts';
import { digestOfFolder } from './training.ts';

export interface LoopProcess {
  readonly file: LoopFile;
  /** Where jobs and trainers run. */
  readonly place: LoopPlace;
  readonly shutdown: Shutdown;
  readonly progress: Progress;
}

/** What runs elsewhere on a cluster, and in processes of this machine without one. */
export type LoopPlace = Pick<LoopPorts, 'run' | 'requireCommands' | 'train'>;

export async function openLoop({ file, place, shutdown, progress }: LoopProcess): Promise<LoopPorts> {
  const { loop, baseDir, out } = file;
  const { spec } = loop;
  await mkdir(out, { recursive: true });
  const pathOf = (path: string): string => join(out, path);
  const modelOf = modelIn(out);
  const profiles = await loopProfiles(file);
  // A store that cannot be reached is said ahead of a training of days.
  if (spec.output.weights !== undefined) await openListedFolder(spec.output.weights).list(1);
  return {
    store: openStore(out),
    storeAt: (path) => openStore(pathOf(path)),
    corpus: (corpus, folder) => openCorpus(folder === null ? baseDir : pathOf(folder), corpus),
    promptsIn: (files) => promptsIn(files, baseDir),
    codec: zstdCodec(),
    profiles,
    ...place,
    async exportSet(outs, to) {
      await exportOutputs({
        ...{ outs: outs.map(pathOf), to: pathOf(to), trainer: spec.export.for, form: 'reasoning' },
        ...{ text: spec.prover ? 'proof' : 'rationale', model: spec.judge.weights },
        profile: profiles.judge,
      });
    },
    publish: (path, { uri, sha256 }) =>
      putWeights({
        ...{
          from: openStore(pathOf(path)),
          folder: pathOf(path),
          to: openStore(uri),
          listed: openListedFolder(uri),
          uri,
        },
        ...{ expected: sha256, report: progress.report, stop: shutdown.stop },
      }),
    weigh: (model) => digestOfFolder(resolve(baseDir, modelOf(model))),
    scored: (path) => scoredOutput(pathOf(path)),
    report: progress.report,
    note: (entry) => appendFile(join(out, loopPaths.log), `${JSON.stringify(entry)}\n`),
    seconds: () => performance.now() / 1000,
    stop: shutdown.stop,
  };
}

/** Where a model is: in the folder of the loop, or where the loop file says. */
export const modelIn =
  (out: string) =>
  ({ place, isTrained }: Pick<Model, 'place' | 'isTrained'>): string =>
    isTrained ? join(out, place) : place;
