/** The stage that asks about planted pairs: the label stage with its judge, votes and sampling, always in both orders. */
import {
  ConfigurationError,
  type FirstJudge,
  type Job,
  keepEverything,
  type LabelDefinition,
  plantedStage,
  digestOf,
  type RuleGives,
  runName,
  type StageDefinition,
  type StageFile,
  type VotesDefinition,
  ruleGives,
} from '@proofmill/contract';

/**
 * The definition of the stage that asks about planted pairs; null where the job wants none. @throws ConfigurationError for a judge that is shown
 * more than two responses
 */
export function plantedDefinition(job: Job, definitions: readonly StageDefinition[]): LabelDefinition | null {
  const labelling = definitions.find(({ kind }) => kind === 'label');
  if (!job.spec.health?.planted || labelling?.kind !== 'label') return null;
  const { name, shows } = labelling.profile;
  if (shows && shows.least > 2)
    throw new ConfigurationError(
      `spec.health.planted: the judge ${name} is shown ${shows.least} responses at once or more, and a planted pair has two; take it out`,
    );
  return {
    ...inBothOrders(labelling),
    name: plantedStage,
    // Nobody trains on planted rows.
    keep: keepEverything,
    first: labelling.first && inBothOrders(labelling.first),
    planted: true,
  };
}

/** A trick has to win in both places, so that what a place gains is not taken for the trick. */
const inBothOrders = <Judge extends LabelDefinition | FirstJudge>(judge: Judge): Judge => ({
  ...judge,
  votes: evenly(judge.votes, ruleGives[judge.profile.parse.rule]),
});

function evenly(votes: VotesDefinition, gives: RuleGives): VotesDefinition {
  // It is shown one response at a time: there are no places.
  if (gives === 'score' || gives === 'rating') return votes;
  const max = votes.max + (votes.max % 2);
  // Where all responses are shown, rotated orders are the two of a pair.
  return { ...votes, max, orders: gives === 'verdict' ? 'both' : 'alternate' };
}

/** stage.json of the stage that asks about planted pairs. `labelling` is that of the label stage. */
export function plantedStageFile(job: Job, labelling: StageFile, definition: LabelDefinition): StageFile {
  const stageDigest = digestOf(definition);
  return {
    v: 1,
    run: runName(job.metadata.name, definition.name, digestOf({ of: labelling.run, stageDigest })),
    stageDigest,
    partitions: labelling.partitions,
    rowFormat: job.spec.output.format,
    ...(labelling.hasProbability ? { hasProbability: true } : {}),
    definition,
  };
}
