/** What of a loop file decides what its rounds are made of: LOOP.json holds it, and a loop that is run again has to have the same. */
import type { LoopEngine, LoopSpec, TrainingLoop } from '@proofmill/contract';

/**
 * The loop without what changes nothing that is done: how many rounds there are, the gate of those to come, where engines are and how they
 * are started, widths and time limits, and the commands that train. A training that fails for want of memory needs another command, and the labels
 * ahead of it may be worth weeks; TRAINED.json has the command of each training.
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
    train: _train,
    final,
    ...rest
  } = spec;
  return {
    name: metadata.name,
    ...rest,
    judge: askedModel(judge),
    ...(prover ? { prover: askedModel(prover) } : {}),
    start: {
      ...(start.prover ? { prover: {} } : {}),
      ...(start.judge ? { judge: { corpus: start.judge.corpus } } : {}),
      ...(start.evaluateReference ? { evaluateReference: true } : {}),
    },
    ...(batch ? { batch: { ...batch, parts: partsOf(spec) } } : {}),
    ...(final ? { final: {} } : {}),
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
