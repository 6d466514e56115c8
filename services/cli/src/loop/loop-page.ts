/** ROUNDS.md of a loop, with its pictures. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { loopPaths } from '@proofmill/rounds';
import { pictureNames, type Rounds, roundsPage, roundsPicture } from '@proofmill/stats';
import { readRounds } from '@proofmill/training';
import { createFile } from '../new-file.ts';
import { existingOutput } from '../output.ts';

/**
 * The finished rounds of a loop, and what they took.
 * @throws {ConfigurationError} where no round is done
 */
export async function finishedRounds(out: string): Promise<Rounds> {
  const found = await readRounds(existingOutput(out));
  const rounds = found.flatMap(({ file }) => file ?? []);
  if (rounds.length === 0)
    throw new ConfigurationError(`${out} has no finished round yet: \`proofmill status ${out}\` says how far it is`);
  return { rounds, minutes: await minutesOf(out) };
}

/** Creates ROUNDS.md and its pictures in a folder, and gives the path of the page. */
export async function writeRoundsPage(rounds: Rounds, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const page = join(folder, 'ROUNDS.md');
  await createFile(page, roundsPage(rounds));
  for (const [name, evaluation] of pictureNames(rounds))
    await createFile(join(folder, name), roundsPicture(rounds, evaluation));
  return page;
}

/** Round -> step -> minutes. A line that a kill has cut is left out, as the log is for people. */
async function minutesOf(out: string): Promise<Rounds['minutes']> {
  const minutes = new Map<number, Map<string, number>>();
  const log = await readFile(join(out, loopPaths.log), 'utf8').catch(() => '');
  for (const { round, step, seconds } of log.split('\n').flatMap(entryOf)) {
    const steps = minutes.get(round) ?? new Map<string, number>();
    minutes.set(round, steps.set(step, seconds / 60));
  }
  return minutes;
}

interface Entry {
  readonly round: number;
  readonly step: string;
  readonly seconds: number;
}

function entryOf(line: string): Entry[] {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}
