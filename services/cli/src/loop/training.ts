/** Runs a trainer, and takes the digest of what it leaves. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ConfigurationError,
  digestOfWeights,
  isCheckpoint,
  type Placeholder,
  UnavailableError,
  usualVariables,
} from '@proofmill/contract';
import { environmentOf, filled } from '@proofmill/rounds';
import type { TrainingRun, WeightsDigest } from '@proofmill/training';
import { requirePassed } from './environment.ts';
import { lastLines, startGuarded } from './guarded.ts';
import { leftTraining } from './left-training.ts';

export interface TrainingPlace {
  /** The folder of the loop file: commands run in it. */
  readonly folder: string;
  /** A path in the folder of the loop, or weights that the loop file names. */
  readonly pathOf: (path: string) => string;
  readonly modelOf: (model: TrainingRun['base']) => string;
  readonly logs: string;
  readonly stop: AbortSignal;
}

const graceMs = 60_000;
const longestVersions = 20_000;

/** What `versions` prints, in lines; null where the training was stopped. */
export async function runTraining(run: TrainingRun, place: TrainingPlace): Promise<readonly string[] | null> {
  const { trainer, round } = run;
  const { environment, missing } = environmentOf(trainer.environment, usualVariables, process.env);
  requirePassed(missing, `train.environment of round ${round}`);
  const values = placeholdersOf(run, place);
  const left = await leftTraining(values.out);
  if (left !== null)
    throw new UnavailableError(
      'training-left',
      `process ${left} still trains into ${values.out}: it was left when the loop and the guard of its commands were killed together. End it: kill ${left}`,
      { runAgainWhen: 'it has ended' },
    );
  await mkdir(values.out, { recursive: true });
  const name = run.out.replaceAll('/', '-');
  const versions = trainer.versions ? await printed(trainer.versions, environment, place, name) : [];
  await using started = await startGuarded({
    ...{ command: filled(trainer.command, values), environment, folder: place.folder },
    log: join(place.logs, name),
  });
  const code = await firstOf(started.ended, place.stop, trainer.timeoutSeconds);
  if (code === 'stopped') {
    await started.end(graceMs);
    return null;
  }
  if (code === 'late') {
    await started.end(graceMs);
    throw new UnavailableError(
      'training-late',
      `the training of round ${round} has not ended within train.timeoutSeconds, ${trainer.timeoutSeconds} s`,
      { runAgainWhen: 'its checkpoints let it continue, or with a larger limit' },
    );
  }
  if (code === 0) return versions;
  throw new ConfigurationError(
    `the training of round ${round} ended with exit code ${code}. ${await lastLines(started.log)}`,
  );
}

/** What a trainer is told. */
export const placeholdersOf = (
  { data, base, parent, out, round, seed }: TrainingRun,
  { pathOf, modelOf }: Pick<TrainingPlace, 'pathOf' | 'modelOf'>,
): Record<Placeholder, string> => ({
  ...{ data: pathOf(data), base: modelOf(base), parent: modelOf(parent), out: pathOf(out) },
  ...{ round: String(round), seed: String(seed) },
});

async function firstOf(
  ended: Promise<number>,
  stop: AbortSignal,
  seconds: number | undefined,
): Promise<number | 'stopped' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    if (seconds !== undefined) timer = setTimeout(() => resolve('late'), seconds * 1000);
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    if (stop.aborted) resolve('stopped');
    stop.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  return Promise.race([ended, stopped, late]).finally(() => clearTimeout(timer));
}

async function printed(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  { folder, logs }: TrainingPlace,
  name: string,
): Promise<string[]> {
  await using started = await startGuarded({ command, environment, folder, log: join(logs, `${name}-versions`) });
  const code = await started.ended;
  const text = (await readFile(started.log, 'utf8')).trimEnd();
  if (code === 0) return text.slice(0, longestVersions).split('\n');
  throw new ConfigurationError(
    `train.versions: ${command.join(' ')} ended with exit code ${code}. ${await lastLines(started.log)}`,
  );
}

/**
 * A digest over the names and bytes of all files of a folder, sorted by name, without the folders of checkpoints. Null where there is no such
 * folder: a name that a trainer knows.
 */
export async function digestOfFolder(folder: string): Promise<WeightsDigest | null> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return null;
  const files: { readonly path: string; readonly sha256: string }[] = [];
  let bytes = 0;
  for (const path of await filesBelow(folder, '')) {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(join(folder, path))) {
      hash.update(piece as Buffer);
      bytes += (piece as Buffer).length;
    }
    files.push({ path, sha256: hash.digest('hex') });
  }
  return { sha256: digestOfWeights(files), files: files.length, bytes };
}

async function filesBelow(folder: string, within: string): Promise<string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      if (!entry.isDirectory()) return [path];
      return isCheckpoint(entry.name) ? [] : filesBelow(folder, path);
    }),
  );
  return found.flat();
}
