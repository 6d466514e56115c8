/** Whose prompts a loop asks with, and whether its trainings can be given them. */
import type { StageSpec } from '@proofmill/contract';
import { profileWithPrompts, readProfile } from '@proofmill/coordinator';
import { askWith } from '@proofmill/export';
import { reasoningOf, refuseMessages } from '@proofmill/export-rows';
import type { LoopFile } from '@proofmill/job-files';
import type { LoopPorts } from '@proofmill/training';

/** @throws {ConfigurationError} for a profile that cannot be read, or that a training set cannot ask with: ahead of the first label */
export async function loopProfiles({ loop, baseDir }: LoopFile): Promise<LoopPorts['profiles']> {
  const { judge, prover, rounds, start, final, export: set } = loop.spec;
  const profiles = {
    judge: await profileOf(judge.stage, baseDir),
    prover: prover ? await profileOf(prover.stage, baseDir) : null,
  };
  if (rounds > 0 || start.judge || final) askWith(profiles.judge, reasoningOf(set.for));
  if (start.prover && profiles.prover) refuseMessages(profiles.prover, reasoningOf(set.for));
  return profiles;
}

/** A profile as its stage asks with it. */
const profileOf = async (
  { judge: name, prompts }: Pick<StageSpec, 'judge' | 'prompts'>,
  baseDir: string,
): Promise<LoopPorts['profiles']['judge']> =>
  profileWithPrompts(await readProfile(name, baseDir), prompts, { name, baseDir });
