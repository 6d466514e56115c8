/** What of a loop file decides what its rounds are made of: LOOP.json holds it, and a loop that is run again has to have the same. */
import type { LoopEngine, LoopSpec, Trainer, TrainingLoop } from '@proofmill/contract';

/**
 * The loop without what changes nothing that is done: how many rounds there are, the gate of those to come, where engines are and how they
 * are started, widths and time limits.
 */
export function loopIdentity({ metadata, spec }: TrainingLoop): Record<string, unknown> {
  const {
    rounds: _rounds,
    gate: _gate,
    output: _output,
    files: _files,
    judge,
    prover,
    start,
    batch,
    train,
    final,
    ...rest
  } = spec;
  return {
    name: metadata.name,
    ...rest,
    judge: askedModel(judge),
    ...(prover ? { prover: askedModel(prover) } : {}),
    start: {
      ...(start.prover ? { prover: { train: trainingOf(start.prover.train) } } : {}),
      ...(start.judge
        ? {
            judge: {
              corpus: start.judge.corpus,
              ...(start.judge.train ? { train: trainingOf(start.judge.train) } : {}),
            },
          }
        : {}),
      ...(start.evaluateReference ? { evaluateReference: true } : {}),
    },
    ...(batch ? { batch: { ...batch, parts: partsOf(spec) } } : {}),
    train: trainingOf(train),
    ...(final ? { final: { train: trainingOf(final.train) } } : {}),
  };
}

/** The parts that the corpus of the batches is divided into. */
export const partsOf = ({ batch, rounds }: Pick<LoopSpec, 'batch' | 'rounds'>): number =>
  batch?.parts ?? Math.max(1, rounds);

function askedModel({
  weights,
  stage,
  engine,
}: {
  readonly weights: string;
  readonly stage: { readonly fleet?: unknown };
  readonly engine: LoopEngine;
}): Record<string, unknown> {
  const { fleet: _fleet, ...asked } = stage;
  return { weights, stage: asked, engine: { model: engine.model, revision: engine.revision } };
}

const trainingOf = ({
  timeoutSeconds: _timeoutSeconds,
  kubernetes: _kubernetes,
  ...training
}: Trainer): Record<string, unknown> => training;
