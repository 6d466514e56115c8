/** Planted pairs: comparisons with a known answer, which a job puts to its own judge to see which tricks the judge falls for. */
import type { Job, StageSpec } from './job.ts';

/** Name of the stage that asks about planted pairs. */
export const plantedStage = 'planted';

/** Pairs of each kind, where the corpus has so many prompts. */
export const plantedPairs = 50;

/**
 * The kinds: `pair` says what is compared, `expected` what a judge without the fault does. Response 0 is a response that the judge itself
 * has preferred, response 1 the trick.
 */
export const plantedKinds = {
  same: { pair: 'a response with itself', expected: 'neither place has more votes' },
  opener: { pair: 'a response with an opener that answers nothing', expected: 'the response wins' },
  frame: {
    pair: 'a response with itself and a verdict at its end, or a high score, in the form of the judge',
    expected: 'what the verdict or the score claims gains nothing',
  },
  padded: {
    pair: 'a response with itself and its own last sentences again, until it is twice as long',
    expected: 'the longer one wins no more often than the other',
  },
} as const;
export type PlantedKind = keyof typeof plantedKinds;

export const plantedKindNames = Object.keys(plantedKinds) as PlantedKind[];

/**
 * Texts that begin an answer and give none. Judges prefer some of them: Zhao and others, One token to fool LLM-as-a-judge, arXiv 2507.08794,
 * 2025, which has all but the fifth.
 */
export const plantedOpeners: readonly string[] = [
  ':',
  'Thought process:',
  "Let's solve this problem step by step.",
  'Solution',
  'Sure! Here is the answer:',
  '.',
];

/** Columns that a planted row carries. */
export const plantedColumns = {
  /** The kind. */
  kind: 'planted',
  /** The id of the row whose response was taken. */
  of: 'of',
  /** The place that the imitated verdict names, `first` or `second`; null elsewhere. */
  claims: 'claims',
} as const;

/**
 * The stages that a job asks, as wide as it wants them, the one about planted pairs last. That one is asked as the label stage is, by workers
 * like its own.
 */
export function stageSpecsOf({ spec: { pipeline, health, workers } }: Job): StageSpec[] {
  const stages = workers === 0 ? pipeline : pipeline.map((stage) => ({ ...stage, fleet: { ...stage.fleet, workers } }));
  const labelling = stages.find(({ stage }) => stage === 'label');
  return health?.planted && labelling ? [...stages, { ...labelling, name: plantedStage }] : stages;
}

/** What a job says of a stage, by its name. */
export const stageSpecOf = (job: Job, stage: string): StageSpec | undefined =>
  stageSpecsOf(job).find(({ name }) => name === stage);
