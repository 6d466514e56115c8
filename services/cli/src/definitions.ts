import type { StageDefinition } from '@proofmill/contract';
import { profilesOf } from '@proofmill/coordinator';
import type { JobFile } from '@proofmill/job-files';
import { definitionOf } from '@proofmill/plan';

/**
 * The stages of a job as their workers need them, in order.
 * @throws ConfigurationError where a profile cannot be read or does not fit its stage
 */
export async function definitionsOf({ job, baseDir }: JobFile): Promise<StageDefinition[]> {
  const profiles = await profilesOf(job, baseDir);
  return job.spec.pipeline.map((spec, index) => {
    const ofStage = profiles[index];
    if (!ofStage) throw new RangeError(`there are no profiles of stage ${index}`);
    return definitionOf(spec, ofStage);
  });
}
