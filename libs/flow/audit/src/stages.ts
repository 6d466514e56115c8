/** Which stages an output folder holds, in the order of the pipeline. */
import { ConfigurationError, type StageFile, type Store, stageFileSchema, stagePaths } from '@proofmill/contract';
import { readObject } from '@proofmill/plan';
import { z } from 'zod';

const jobFileSchema = z.object({
  v: z.literal(1),
  identity: z.object({ name: z.string(), pipeline: z.array(z.object({ name: z.string() })).min(1) }),
});

export interface StoredJob {
  readonly name: string;
  /** The stages that have been frozen; all of them once the coordinator has opened the job. */
  readonly stages: readonly StageFile[];
  /** Names of all stages, in order. */
  readonly pipeline: readonly string[];
}

/** The job of an output folder. ConfigurationError where the folder holds none. */
export async function readStoredJob(store: Store): Promise<StoredJob> {
  const jobs = (await store.list('.proofmill/')).filter((path) => /^\.proofmill\/[^/]+\/job\.json$/.test(path));
  const [path] = jobs;
  const job = path === undefined ? null : await readObject(store, path, jobFileSchema);
  if (!job)
    throw new ConfigurationError(
      'this is not an output folder of Proofmill: there is no .proofmill/<stage>/job.json in it',
    );
  const stages: StageFile[] = [];
  for (const { name } of job.identity.pipeline) {
    const stage = await readObject(store, stagePaths(name).stage, stageFileSchema);
    if (stage) stages.push(stage);
  }
  return { name: job.identity.name, stages, pipeline: job.identity.pipeline.map((stage) => stage.name) };
}
