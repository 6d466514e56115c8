/** Judge profiles: the built-in ones, read from where the judge library keeps them, and a user's own, from files. */
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ConfigurationError,
  type Job,
  type Profile,
  parseRuleSchema,
  profileSchema,
  type StageSpec,
  sha256,
} from '@proofmill/contract';
import { profilesFolder, rendererOf } from '@proofmill/judge';
import type { StageProfiles } from '@proofmill/plan';
import { nearest } from './nearest.ts';
import { readYamlFile } from './yaml-file.ts';

type PromptFiles = StageSpec['prompts'];

/** The profiles of each stage of a job, in order. ConfigurationError where one is not known or a prompt is not the pinned one. */
export const profilesOf = (job: Job, baseDir: string): Promise<StageProfiles[]> =>
  Promise.all(
    job.spec.pipeline.map(async (stage): Promise<StageProfiles> => {
      const judge = await loaded(stage.name, stage.judge, stage.prompts, baseDir);
      if (stage.stage === 'prove') {
        return { judge, first: null, selector: await loaded(stage.name, stage.selector, stage.prompts, baseDir) };
      }
      const { first } = stage;
      return {
        judge,
        first: first ? await loaded(`${stage.name}, first`, first.judge, first.prompts, baseDir) : null,
        selector: null,
      };
    }),
  );

async function loaded(stage: string, name: string, prompts: PromptFiles, baseDir: string): Promise<Profile> {
  try {
    return await withPrompts(await readProfile(name, baseDir), prompts, baseDir);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`stage ${stage}: ${error.message}`, { cause: error });
  }
}

/** A profile by its built-in name, or from a YAML file. Prompts of others are not in it yet. */
export async function readProfile(name: string, baseDir: string): Promise<Profile> {
  const isFile = /\.ya?ml$/.test(name);
  const names = await profileNames();
  if (!isFile && !names.includes(name)) {
    const meant = nearest(name, names);
    throw new ConfigurationError(
      `there is no judge profile ${name}${meant ? `; did you mean ${meant}?` : ''} (there are: ${names.join(', ')}; a file of your own ends with .yaml)`,
    );
  }
  const path = isFile ? resolve(baseDir, name) : fileURLToPath(new URL(`${name}.yaml`, profilesFolder));
  return readYamlFile(path, { name: 'judge profile', schema: profileSchema, kinds: parseRules });
}

const parseRules = parseRuleSchema.options.map((option) => option.shape.rule.value);

/** The names of the built-in profiles, sorted. */
export const profileNames = async (): Promise<string[]> =>
  (await readdir(fileURLToPath(profilesFolder)))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/** The profile with the texts that are somebody else's, from where the job says: a path or a URL. The digest says what it is. */
export async function withPrompts(profile: Profile, prompts: PromptFiles, baseDir: string): Promise<Profile> {
  const messages = await Promise.all(
    profile.messages.map(async (message) => {
      if ('turns' in message || message.upstream === undefined) return message;
      const { file, sha256: pinned, where } = message.upstream;
      const place = prompts[file];
      if (place === undefined) {
        throw new ConfigurationError(
          `the prompt ${file} of profile ${profile.name} is not part of Proofmill (${message.upstream.licence}): take it from ${where}, and say where it is: prompts: { ${file}: PATH or URL }`,
        );
      }
      const template = await readPrompt(place, baseDir);
      const digest = sha256(template);
      if (digest !== pinned) {
        throw new ConfigurationError(
          `${place} is not the prompt ${file} of profile ${profile.name}: its sha256 is ${digest}, not ${pinned}. Wanted: ${where}`,
        );
      }
      return { ...message, template };
    }),
  );
  const whole = { ...profile, messages };
  try {
    rendererOf(whole);
  } catch (error) {
    throw new ConfigurationError(`profile ${profile.name}: a template cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return whole;
}

const MAX_PROMPT_BYTES = 1024 * 1024;
const FETCH_MS = 30_000;

async function readPrompt(place: string, baseDir: string): Promise<string> {
  try {
    const bytes = /^https?:\/\//.test(place) ? await download(place) : await readFile(resolve(baseDir, place));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigurationError(`the prompt ${place} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function download(url: string): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > MAX_PROMPT_BYTES) throw new Error(`it has ${bytes.length} bytes, which is no prompt`);
  return bytes;
}
