/** What makes a run this run: the job without what changes no label, its inputs, and where the output goes. */
import {
  ConfigurationError,
  digestOf,
  type Input,
  type Job,
  type Profile,
  runName,
  type StageDefinition,
  type StageFile,
  type StageSpec,
} from '@proofmill/contract';

/** The part of a job that decides its labels and where they go: without fleet, limits and the engine's address. */
export function identityOf(job: Job): unknown {
  const { corpus, pipeline, output } = job.spec;
  return {
    name: job.metadata.name,
    corpus,
    output,
    pipeline: pipeline.map(({ fleet: _fleet, engine: { baseUrl: _baseUrl, ...engine }, ...stage }) => ({
      ...stage,
      engine,
    })),
  };
}

/** A stage as its workers need it. ConfigurationError where profile and stage do not fit. */
export function definitionOf(spec: StageSpec, profile: Profile): StageDefinition {
  if (profile.purpose !== spec.stage) {
    throw new ConfigurationError(
      `stage ${spec.name}: profile ${profile.name} is for ${profile.purpose} stages, not for ${spec.stage}`,
    );
  }
  const { seed, temperature, topP, maxTokens } = spec.sampling;
  const common = {
    name: spec.name,
    profile,
    engine: { model: spec.engine.model, revision: spec.engine.revision ?? null },
    sampling: {
      temperature: temperature ?? profile.sampling.temperature,
      topP: topP ?? profile.sampling.topP,
      maxTokens: maxTokens ?? profile.sampling.maxTokens,
      seed,
    },
  };
  if (spec.stage === 'prove') return { kind: 'prove', ...common, attempts: spec.attempts };
  const perOrder = Math.ceil(spec.votes.max / (spec.votes.orders === 'alternate' ? 2 : 1));
  if (common.sampling.temperature === 0 && perOrder > 1) {
    throw new ConfigurationError(
      `stage ${spec.name}: ${spec.votes.max} votes at temperature 0 are the same vote again and again; raise sampling.temperature or lower votes.max`,
    );
  }
  return { kind: 'label', ...common, votes: spec.votes };
}

/** stage.json of a stage. */
export function stageFileOf(job: Job, inputs: readonly Input[], definition: StageDefinition): StageFile {
  const runDigest = digestOf({ identity: identityOf(job), inputs, stage: definition.name });
  return {
    v: 1,
    run: runName(job.metadata.name, definition.name, runDigest),
    stageDigest: digestOf(definition),
    partitions: job.spec.output.partitions,
    definition,
  };
}

/** Where two JSON values differ, one line a place: `spec.votes.max: 16 -> 8`. */
export function differences(before: unknown, after: unknown, path = ''): string[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => differences(before[name], after[name], path ? `${path}.${name}` : name));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((one, index) => differences(one, after[index], `${path}[${index}]`));
  }
  const [was, is] = [JSON.stringify(before) ?? 'nothing', JSON.stringify(after) ?? 'nothing'];
  return was === is ? [] : [`${path}: ${shortened(was)} -> ${shortened(is)}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const shortened = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 117)}...`);
