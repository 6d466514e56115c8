/** The commands that a loop starts on this machine: trainers, what prints their versions, and servers. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { ConfigurationError, type LoopSpec, usualVariables, visible } from '@proofmill/contract';
import { environmentOf, trainersOf } from '@proofmill/rounds';
import { missingVariables } from './environment.ts';

interface StartedCommand {
  /** Its field of the loop file. */
  readonly at: string;
  readonly command: readonly string[];
  readonly environment: Parameters<typeof environmentOf>[0];
}

/**
 * `folder`: that of the loop file, in which commands run.
 * @throws {ConfigurationError} where a program is not there, or a variable that is to be passed on is not set
 */
export async function requireCommands(spec: LoopSpec, folder: string): Promise<void> {
  const faults = await Promise.all(startedBy(spec).map((command) => faultsOf(command, folder)));
  const sentences = [...new Set(faults.flat())];
  if (sentences.length > 0) throw new ConfigurationError(sentences.join('\n'));
}

function startedBy(spec: LoopSpec): StartedCommand[] {
  const servers = (['judge', 'prover'] as const).flatMap((of) => {
    const serve = spec[of]?.engine.serve;
    return serve ? [{ at: `spec.${of}.engine.serve`, ...serve }] : [];
  });
  const trainers = trainersOf(spec).flatMap(({ at, train: { command, environment, versions } }) => [
    { at, command, environment },
    ...(versions ? [{ at: `${at}.versions`, command: versions, environment }] : []),
  ]);
  return [...servers, ...trainers];
}

async function faultsOf({ at, command, environment: variables }: StartedCommand, folder: string): Promise<string[]> {
  const { environment, missing } = environmentOf(variables, usualVariables, process.env);
  const [program = ''] = command;
  return [
    ...(missing.length > 0 ? [missingVariables(missing, `${at}.environment`)] : []),
    ...((await isThere(program, folder, environment.PATH)) ? [] : [missingProgram(at, program)]),
  ];
}

const missingProgram = (at: string, program: string): string =>
  program.includes('/')
    ? `${at}: ${visible(program)} is no program that this user may start; correct its path, which starts at the folder of the loop file`
    : `${at}: no folder of PATH has a program ${visible(program)}; install it, add its folder to PATH, or write its whole path`;

/** A word in braces stands for something that a round makes, and a command without PATH is looked for where the system says. */
async function isThere(program: string, folder: string, path: string | undefined): Promise<boolean> {
  if (program.includes('{')) return true;
  if (program.includes('/')) return isProgram(resolve(folder, program));
  if (path === undefined) return true;
  for (const each of path.split(delimiter)) if (await isProgram(join(resolve(folder, each), program))) return true;
  return false;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
