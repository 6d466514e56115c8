/** Opens a job on its output folder, new or resumed. A job that was edited since is refused with the difference. */
import {
  ConfigurationError,
  type Corpus,
  type Input,
  type Job,
  type StageDefinition,
  type StageFile,
  type Store,
} from '@proofmill/contract';
import {
  createJob,
  createStage,
  readEnd,
  readJobIdentity,
  readStage,
  readStart,
  type StageFolder,
  stageFolder,
} from '@proofmill/folder';
import {
  definitionOf,
  differences,
  identityOf,
  inputChanges,
  plannedPlace,
  type StageProfiles,
  stageFileOf,
} from '@proofmill/plan';

export interface OpenJob {
  readonly inputs: readonly Input[];
  readonly stages: readonly StageFile[];
  /** Things a person should know; nothing to stop for. */
  readonly notices: readonly string[];
}

/**
 * The inputs and frozen stages of a job. `profiles` holds the profiles of each stage, in order. ConfigurationError when the
 * folder belongs to another job, or the corpus changed before it was planned to the end.
 */
export async function openJob(options: {
  job: Job;
  profiles: readonly StageProfiles[];
  corpus: Corpus;
  store: Store;
}): Promise<OpenJob> {
  const { profiles, corpus, store } = options;
  const [firstSpec] = options.job.spec.pipeline;
  if (!firstSpec) throw new ConfigurationError('the pipeline is empty');
  const firstFolder = stageFolder(store, firstSpec.name);
  const stored = await readJobIdentity(firstFolder);
  const job = plannedPlace(options.job, stored);
  const identity = identityOf(job);
  if (stored !== undefined) refuse(differences(stored, JSON.parse(JSON.stringify(identity))), firstFolder.paths.job);
  const definitions = job.spec.pipeline.map((spec, index): StageDefinition => {
    const profile = profiles[index];
    if (!profile) throw new ConfigurationError(`stage ${spec.name} has no profiles`);
    return definitionOf(spec, profile);
  });
  const { inputs, notices } = await inputsOf(firstFolder, corpus, job.spec.corpus.uris);
  const stages = definitions.map((definition) => stageFileOf(job, inputs, definition));
  for (const stage of stages) await openStage(stageFolder(store, stage.definition.name), stage, identity);
  return { inputs, stages, notices };
}

async function openStage(folder: StageFolder, stage: StageFile, identity: unknown): Promise<void> {
  await createJob(folder, identity);
  const stored = await readStage(folder);
  if (stored) refuse(differences(stored, stage), folder.paths.stage);
  else await createStage(folder, stage);
}

function refuse(changes: readonly string[], path: string): void {
  if (changes.length === 0) return;
  throw new ConfigurationError(
    `the output folder holds another job (${path}); what differs, stored -> given:\n${changes.map((change) => `  ${change}`).join('\n')}\nUndo the change, or choose another output folder. Only fleet, limits, engine.baseUrl and the place of the folder may change.`,
  );
}

/** The inputs as they were when planning began; as they are now where it has not begun. */
async function inputsOf(
  folder: StageFolder,
  corpus: Corpus,
  uris: readonly string[],
): Promise<{ inputs: readonly Input[]; notices: string[] }> {
  const start = await readStart(folder);
  if (!start) return { inputs: await corpus.list(uris), notices: [] };
  const planned = await readEnd(folder);
  let now: Input[];
  try {
    now = await corpus.list(uris);
  } catch (error) {
    if (!planned) throw error;
    return {
      inputs: start.inputs,
      notices: [`the corpus is gone; the plan is whole and does not need it (${(error as Error).message})`],
    };
  }
  const changes = inputChanges(start.inputs, now);
  if (changes.length === 0) return { inputs: start.inputs, notices: [] };
  if (planned) {
    return {
      inputs: start.inputs,
      notices: [
        `the corpus has changed since it was planned, and the plan stands: ${changes.join('; ')}. For labels of the corpus as it is now, name another output folder.`,
      ],
    };
  }
  throw new ConfigurationError(
    `the corpus changed before it was planned to the end: ${changes.join('; ')}. Put it back as it was, or choose another output folder.`,
  );
}
