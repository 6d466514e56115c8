/** The judge that a reasoning set trains: with whose prompt it asks. */
import { ConfigurationError, digestOf, type Profile } from '@proofmill/contract';
import { type Ask, refuseMessages, type TrainerForm } from '@proofmill/export-rows';
import { readStoredJob } from '@proofmill/folder';
import { rationaleOfProof, rendererOf } from '@proofmill/judge';
import type { ExportedOutput } from './export-options.ts';

/**
 * The profile of the judge that labelled the outputs; null where no judge did, and the labels are those of the corpus.
 * @throws {ConfigurationError} where the outputs were labelled with different prompts
 */
export async function judgeOfOutputs(outputs: readonly ExportedOutput[]): Promise<Profile | null> {
  let found: { readonly profile: Profile; readonly name: string } | null = null;
  for (const { store, name } of outputs) {
    const { stages } = await readStoredJob(store);
    const profile = stages.find(({ definition }) => definition.kind === 'label')?.definition.profile;
    if (!profile) continue;
    if (found && digestOf(found.profile.messages) !== digestOf(profile.messages)) {
      throw new ConfigurationError(
        `the judges of ${found.name} and ${name} are asked with different prompts (profiles ${found.profile.name} and ${profile.name}); name the prompt that the new judge is to be asked with: --profile ${profile.name}`,
      );
    }
    found ??= { profile, name };
  }
  return found?.profile ?? null;
}

/** How the new judge is asked. @throws {ConfigurationError} where the profile asks for another form of answer */
export function askWith(profile: Profile, form: TrainerForm): Ask {
  const { name, parse, secondTurn } = profile;
  const isOurs =
    parse.rule === 'tagged' && parse.tag === 'answer' && parse.verdicts.A === 'first' && parse.verdicts.B === 'second';
  if (!isOurs || secondTurn) {
    throw new ConfigurationError(
      `profile ${name} does not ask for reasoning with <answer> A or B, which is what a reasoning set answers. Name a profile that does, such as gram-r2`,
    );
  }
  refuseMessages(profile, form);
  const render = rendererOf(profile);
  return ({ prompt, chosen, rejected }, isChosenFirst) =>
    render({ item: { prompt, responses: [chosen, rejected] }, order: isChosenFirst ? [0, 1] : [1, 0] });
}

/** How the proofs of an output become answers of a judge: by the form that its prover was asked for. */
export async function answersOfProofs({ store }: ExportedOutput): Promise<(text: string) => string | null> {
  const { stages } = await readStoredJob(store);
  const prove = stages.findLast(({ definition }) => definition.kind === 'prove');
  const rule = prove?.definition.profile.parse;
  return (text) => (rule?.rule === 'proof' ? rationaleOfProof(text, rule) : null);
}
