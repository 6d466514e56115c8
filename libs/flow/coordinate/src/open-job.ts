/** Opens a job on its output folder: as new, or as it was left. A job that was edited is refused with the difference. */
import {
  ConfigurationError,
  type Corpus,
  type Input,
  type Job,
  type PlanStart,
  planStartSchema,
  type StageDefinition,
  type StageFile,
  type Store,
  stageFileSchema,
  stagePaths,
} from '@proofmill/contract';
import {
  definitionOf,
  differences,
  identityOf,
  readEnd,
  readObject,
  type StageProfiles,
  stageFileOf,
} from '@proofmill/plan';
import { z } from 'zod';
import { createSame } from './write-plan.ts';

export interface OpenJob {
  readonly inputs: readonly Input[];
  readonly stages: readonly StageFile[];
  /** Things a person should know; nothing to stop for. */
  readonly notices: readonly string[];
}

const text = new TextEncoder();
const jobFileSchema = z.object({ v: z.literal(1), identity: z.unknown() });

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
  const { job, profiles, corpus, store } = options;
  const identity = identityOf(job);
  const definitions = job.spec.pipeline.map((spec, index): StageDefinition => {
    const profile = profiles[index];
    if (!profile) throw new ConfigurationError(`stage ${spec.name} has no profiles`);
    return definitionOf(spec, profile);
  });
  const [first] = definitions;
  if (!first) throw new ConfigurationError('the pipeline is empty');
  await refuseEdited(store, first.name, identity);

  const { inputs, notices } = await inputsOf(store, first.name, corpus, job.spec.corpus.uris);
  const stages = definitions.map((definition) => stageFileOf(job, inputs, definition));
  for (const stage of stages) {
    const paths = stagePaths(stage.definition.name);
    await createSame(store, paths.job, text.encode(`${JSON.stringify({ v: 1, identity }, null, 1)}\n`));
    const stored = await readObject(store, paths.stage, stageFileSchema);
    if (stored) refuse(differences(stored, stage), paths.stage);
    else await createSame(store, paths.stage, text.encode(`${JSON.stringify(stage, null, 1)}\n`));
  }
  return { inputs, stages, notices };
}

async function refuseEdited(store: Store, stageName: string, identity: unknown): Promise<void> {
  const path = stagePaths(stageName).job;
  const stored = await readObject(store, path, jobFileSchema);
  if (stored) refuse(differences(stored.identity, JSON.parse(JSON.stringify(identity))), path);
}

function refuse(changes: readonly string[], path: string): void {
  if (changes.length === 0) return;
  throw new ConfigurationError(
    `the output folder holds another job (${path}); what differs, there -> here:\n${changes.map((change) => `  ${change}`).join('\n')}\nUndo the change, or choose another output folder. Only fleet, limits and engine.baseUrl may change.`,
  );
}

/** The inputs as they were planned, where a plan was begun; else as they are now. */
async function inputsOf(
  store: Store,
  stageName: string,
  corpus: Corpus,
  uris: readonly string[],
): Promise<{ inputs: readonly Input[]; notices: string[] }> {
  const paths = stagePaths(stageName);
  const start: PlanStart | null = await readObject(store, paths.start, planStartSchema);
  if (!start) return { inputs: await corpus.list(uris), notices: [] };
  const planned = await readEnd(store, paths);
  let now: Input[];
  try {
    now = await corpus.list(uris);
  } catch (error) {
    if (!planned) throw error;
    return {
      inputs: start.inputs,
      notices: ['the corpus is not there any more; the plan is whole and does not need it'],
    };
  }
  const changes = differences(start.inputs, now, 'inputs');
  if (changes.length === 0) return { inputs: start.inputs, notices: [] };
  if (planned) {
    return {
      inputs: start.inputs,
      notices: [`the corpus has changed since it was planned; the plan stands:\n  ${changes.join('\n  ')}`],
    };
  }
  throw new ConfigurationError(
    `the corpus changed before it was planned to the end:\n  ${changes.join('\n  ')}\nPut it back as it was, or choose another output folder.`,
  );
}
