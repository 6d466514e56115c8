/** The workers of each stage as processes, and a simulator for each model that the job leaves to the built-in one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '@proofmill/blob';
import { IntegrityError, stagePaths, stageSpecOf } from '@proofmill/contract';
import type { Progress } from '@proofmill/coordinator';
import { isCommitted, readStage, stageFolder } from '@proofmill/folder';
import type { JobFile } from '@proofmill/job-files';
import { type AskedModel, askedBy, corpusFiles, isSimulated, modelsOf } from '../engines.ts';
import { engineTimesOf } from './flags.ts';
import type { RoleProcesses } from './role-processes.ts';
import { activityOfLives, type WorkerLives } from './worker-lives.ts';

export interface StageWorkersOptions {
  readonly jobFile: JobFile;
  readonly roles: RoleProcesses;
  readonly progress: Progress;
  /** How long a worker's requests in flight may take once it is asked to end. */
  readonly graceSeconds: number;
  /** Folder for copies of stage.json; null where the output folder is on this machine. */
  readonly copies: string | null;
}

/**
 * Gives what makes the workers of a stage, by its name, as many as the job asks for. Each life of a coordinator reports its stages, so it
 * is called again for one that has workers, or is complete: then it starts those that are missing, or none.
 */
export function stageWorkers(options: StageWorkersOptions): (stage: string) => Promise<void> {
  const { jobFile, roles, progress, graceSeconds, copies } = options;
  const { job, baseDir } = jobFile;
  const simulators = new Map<string, Promise<string>>();
  const livesOf = new Map<string, WorkerLives>();

  const addressOf = async (asked: AskedModel): Promise<string> => {
    if (!isSimulated(asked.address)) return asked.address;
    const { model, runner } = asked;
    const key = `${runner} ${model}`;
    const known = simulators.get(key) ?? startSimulator(asked, await corpusFiles(job, baseDir), roles);
    simulators.set(key, known);
    return known;
  };

  return async (stageName) => {
    const spec = stageSpecOf(job, stageName);
    const store = openStore(job.spec.output.uri);
    const stage = await readStage(stageFolder(store, stageName));
    if (!spec || !stage) throw new IntegrityError(`stage ${stageName} has begun, and its stage.json is missing`);
    if (await isCommitted(store, [stage])) return;
    const { engineWait, engineDown } = engineTimesOf(spec.fleet);
    const [own, first] = modelsOf(spec, stage.definition, { baseDir, workers: spec.fleet.workers });
    const words = [
      ...['worker', '--stage', await stageFileOf(job.spec.output.uri, stageName, copies)],
      ...accessWords('--engine-access', own),
      ...(first ? accessWords('--first-engine-access', first) : []),
      ...['--engine-wait', String(engineWait), '--engine-down', String(engineDown)],
      ...['--slots', String(spec.fleet.slots), '--grace', String(graceSeconds), '--json'],
    ];
    for (let worker = 0; worker < spec.fleet.workers; worker += 1) {
      const name = `worker ${worker} of ${stageName}`;
      const lives = livesOf.get(name) ?? activityOfLives();
      livesOf.set(name, lives);
      progress.follow(stageName, lives.fromNowOn());
      const engines = [
        ...['--engine', await addressOf(askedBy(worker, own))],
        ...(first ? ['--first-engine', await addressOf(askedBy(worker, first))] : []),
      ];
      roles.start(name, [...words, ...engines], { onLine: lives.onLine });
    }
  };
}

/** A simulator needs no key. */
const accessWords = (flag: string, { address, access }: AskedModel): string[] =>
  isSimulated(address) || Object.keys(access).length === 0 ? [] : [flag, JSON.stringify(access)];

/** stage.json as a file of this machine: in the output folder, or copied from it to `copies`. */
async function stageFileOf(out: string, stageName: string, copies: string | null): Promise<string> {
  const path = stagePaths(stageName).stage;
  if (copies === null) return join(out, path);
  const content = await openStore(out).read(path);
  if (!content) throw new IntegrityError(`${out}/${path} is missing, though its stage has begun`);
  const file = join(copies, `${stageName}.json`);
  await writeFile(file, content);
  return file;
}

/** Gives the address of a simulator process. It is not started again, as its next life would have another port. */
function startSimulator(
  { model, runner }: AskedModel,
  goldFiles: readonly string[],
  roles: RoleProcesses,
): Promise<string> {
  const gold = goldFiles.flatMap((file) => ['--gold', file]);
  const words = ['simulate', '--port', '0', '--model', model, '--runner', runner, ...gold];
  return new Promise((resolve) => {
    const onLine = (line: string): void => resolve(String((JSON.parse(line) as { url: unknown }).url));
    roles.start(`simulator (${runner}) of ${model}`, words, { onLine, restarts: 0 });
  });
}
