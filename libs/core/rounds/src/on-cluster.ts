/** The jobs and the trainers of a loop, as a cluster runs them: every part of it sees the folder of the loop under one path. */
import { type Job, kubernetesNames, type LoopEngine, type LoopSpec, type Trainer } from '@proofmill/contract';
import { servedByLoop } from './jobs.ts';

/** The claim that the pods of all roles write. */
export interface SharedClaim {
  readonly claim: string;
  /** Its path in the pods. */
  readonly path: string;
}

/** The path of a folder in the claim; null where it is elsewhere. */
export function pathInClaim(folder: string, { path }: SharedClaim): string | null {
  const root = path.replace(/\/+$/, '');
  return folder.startsWith(`${root}/`) ? folder.slice(root.length + 1).replace(/\/+$/, '') : null;
}

/** A folder in the claim, or one in the object store. */
export type TrainedWeights =
  | { readonly claim: string; readonly path: string }
  | { readonly s3: string; readonly sha256: string };

export interface ClusterJobParts {
  readonly loop: string;
  readonly files: string | undefined;
  /** The absolute path of its output. */
  readonly out: string;
  /** The absolute path that its corpus starts at; null: beside the loop file. */
  readonly corpusFolder: string | null;
  /** Where the weights are that a round has trained; null for those that the loop file names. */
  readonly trained: { readonly judge: TrainedWeights | null; readonly prover: TrainedWeights | null };
}

/**
 * A job of a round as a ScoringJob. Engines beside workers serve the weights of the round before, from the claim or from the object store; what is
 * fetched from there is kept as the loop file says it of its own weights.
 */
export function clusterJob({ spec, ...job }: Job, parts: ClusterJobParts): Job {
  const { loop, files, out, corpusFolder, trained } = parts;
  const pipeline = spec.pipeline.map((stage) => {
    const { baseUrl, ...engine } = stage.engine;
    const placed = { ...stage, engine: baseUrl === servedByLoop ? engine : stage.engine };
    const weights = stage.stage === 'label' ? trained.judge : trained.prover;
    if (weights === null || hasAddress(placed.engine)) return placed;
    const { model } = stage.fleet;
    const kept = model && 'cache' in model && model.cache ? { cache: model.cache } : {};
    return { ...placed, fleet: { ...stage.fleet, model: 's3' in weights ? { ...weights, ...kept } : weights } };
  });
  return {
    ...job,
    metadata: { name: kubernetesNames.step(loop, spec.output.uri) },
    spec: {
      ...spec,
      corpus: corpusFolder === null ? spec.corpus : { ...spec.corpus, folder: corpusFolder },
      pipeline: pipeline as Job['spec']['pipeline'],
      output: { ...spec.output, uri: out },
      ...(files === undefined ? {} : { files }),
    },
  };
}

const hasAddress = ({ baseUrl, baseUrls }: Pick<LoopEngine, 'baseUrl' | 'baseUrls'>): boolean =>
  baseUrl !== undefined || baseUrls !== undefined;

/** Why a loop cannot run on a cluster, a sentence for each reason. */
export function faultsOnCluster(spec: LoopSpec): string[] {
  return [
    ...trainersOf(spec).flatMap(({ at, train }) => faultsOfTrainer(at, train)),
    ...(spec.start.judge && !spec.start.evaluateReference ? [] : faultsOfFirstWeights('judge', spec.judge)),
    ...(spec.prover && !spec.start.prover ? faultsOfFirstWeights('prover', spec.prover) : []),
  ];
}

/** Why it cannot run on one machine. */
export const faultsOnMachine = ({ judge, prover }: LoopSpec): string[] =>
  ([['judge', judge.engine], ...(prover ? [['prover', prover.engine] as const] : [])] as const).flatMap(
    ([of, engine]: readonly [string, LoopEngine]) =>
      engine.serve || hasAddress(engine)
        ? []
        : [
            `spec.${of}.engine says neither baseUrl nor serve: on this machine nobody serves its weights. Give one of them`,
          ],
  );

export interface PlacedTrainer {
  readonly at: string;
  readonly train: Trainer;
}

export function trainersOf({ start, train, final }: LoopSpec): PlacedTrainer[] {
  const given = [
    ['spec.train', train],
    ['spec.start.prover.train', start.prover?.train],
    ['spec.start.judge.train', start.judge?.train],
    ['spec.final.train', final?.train],
  ] as const;
  return given.flatMap(([at, one]) => (one ? [{ at, train: one }] : []));
}

function faultsOfTrainer(at: string, { kubernetes, environment }: Trainer): string[] {
  const bare = Object.entries(environment).flatMap(([name, value]) =>
    typeof value === 'object' && value.secret === undefined ? [[name, value.env] as const] : [],
  );
  return [
    ...(kubernetes
      ? []
      : [`${at} has no kubernetes: on a cluster it says the image of the trainer, its GPUs and its memory. Add it`]),
    ...bare.map(
      ([name, env]) =>
        `${at}.environment.${name}: a pod has no variable ${env} of its own. Name the Secret that holds it under this name: { env: ${env}, secret: SECRET }`,
    ),
  ];
}

/** Engines that serve weights before a round has trained any. */
function faultsOfFirstWeights(
  of: 'judge' | 'prover',
  { engine, stage }: { readonly engine: LoopEngine; readonly stage: { readonly fleet: { readonly model?: unknown } } },
): string[] {
  const isElsewhere = hasAddress(engine);
  if (isElsewhere || stage.fleet.model !== undefined || engine.model !== undefined) return [];
  return [
    `spec.${of}.stage.fleet.model is missing: engines serve spec.${of}.weights before a round has trained any, and nothing says where in the cluster those are. Give a claim, an image or a name of Hugging Face`,
  ];
}
