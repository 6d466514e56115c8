/** The judges of a stage, each with all that decides what it asks its engine for. */
import type {
  JudgeRole,
  ProbedUse,
  Profile,
  ProveDefinition,
  Sampling,
  StageDefinition,
  VotesDefinition,
} from '@proofmill/contract';

export interface JudgeOfStage {
  /** Names it in a sentence: `stage label`, `stage label, first judge`. */
  readonly where: string;
  readonly role: JudgeRole;
  readonly model: string;
  readonly profile: Profile;
  readonly sampling: Sampling;
  /** Null for a prover. */
  readonly votes: VotesDefinition | null;
  /** Null for a judge of labels. */
  readonly prove: Pick<ProveDefinition, 'candidates' | 'select' | 'selector'> | null;
}

/** Its own one first. */
export function judgesOfStage(definition: StageDefinition): JudgeOfStage[] {
  const where = `stage ${definition.name}`;
  const { profile, sampling, engine } = definition;
  const own = { where, role: 'own', model: engine.model, profile, sampling } as const;
  if (definition.kind === 'prove') return [{ ...own, votes: null, prove: definition }];
  const { votes, first } = definition;
  return [{ ...own, votes, prove: null }, ...(first ? [firstOf(where, first)] : [])];
}

const firstOf = (
  stage: string,
  { engine, profile, sampling, votes }: NonNullable<Extract<StageDefinition, { kind: 'label' }>['first']>,
): JudgeOfStage => ({
  ...{ where: `${stage}, first judge`, role: 'first', model: engine.model },
  ...{ profile, sampling, votes, prove: null },
});

/** What is worth a probe of the engine of these judges. */
export function probedUseOf(model: string, judges: readonly JudgeOfStage[]): ProbedUse {
  return {
    model,
    endpoints: [...new Set(judges.map(({ profile }) => profile.endpoint))],
    chatTemplateKwargs: Object.assign({}, ...judges.map(({ profile }) => profile.chatTemplateKwargs)),
  };
}

/** The profiles whose frames are around the texts of an item. */
export function framesOfStage(definition: StageDefinition): Profile[] {
  const second = definition.kind === 'label' ? definition.first?.profile : definition.selector;
  return second ? [definition.profile, second] : [definition.profile];
}

/** The profiles whose answers a judge's engine gives. */
export const profilesAsked = ({ profile, prove }: JudgeOfStage): Profile[] =>
  prove?.selector && prove.select !== 'first' ? [profile, prove.selector] : [profile];
