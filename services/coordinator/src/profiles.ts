/** The built-in judge profiles, read from where the judge library keeps them. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, type Job, type Profile, profileSchema } from '@proofmill/contract';
import { profilesFolder } from '@proofmill/judge';
import { parse } from 'yaml';
import { nearest } from './nearest.ts';

/** The profile of each stage of a job, in order. ConfigurationError where a name is not known. */
export async function profilesOf(job: Job): Promise<Profile[]> {
  const names = await profileNames();
  return Promise.all(
    job.spec.pipeline.map(async (stage) => {
      if (!names.includes(stage.judge)) {
        const meant = nearest(stage.judge, names);
        throw new ConfigurationError(
          `stage ${stage.name}: there is no judge profile ${stage.judge}${meant ? `; did you mean ${meant}?` : ''} (there are: ${names.join(', ')})`,
        );
      }
      return profileSchema.parse(parse(await readFile(new URL(`${stage.judge}.yaml`, profilesFolder), 'utf8')));
    }),
  );
}

const profileNames = async (): Promise<string[]> =>
  (await readdir(fileURLToPath(profilesFolder)))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
