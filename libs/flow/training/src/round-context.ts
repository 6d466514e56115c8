/** A round and what the rounds before have left to it. */
import type { RoundFile, TrainingLoop, Weights } from '@proofmill/contract';
import { type Round, roundFolder, weightsFolder } from '@proofmill/rounds';
import type { LoopPorts, Model, Models } from './loop-ports.ts';

export interface RoundContext {
  readonly loop: TrainingLoop;
  readonly ports: LoopPorts;
  readonly round: Round;
  /** Its folder. */
  readonly folder: string;
  /** The round before. */
  readonly parent: { readonly file: RoundFile; readonly sha256: string } | null;
  /** The weights that every training of the judge begins with. */
  readonly reference: Model;
  /** Judge and prover as the round before has left them. */
  readonly models: Models;
}

/** The weights of a finished round, or those of the loop file. */
export const modelOf = (weights: Weights, folderOfTraining: string): Model =>
  weights.round === null
    ? { weights, place: weights.name, isTrained: false }
    : { weights, place: folderOfTraining, isTrained: true };

/** Where the judge of a round was trained. */
export function judgeOf({ judge, step, round }: RoundFile): Model {
  const trained: Round =
    step === 'final' && judge.round === round
      ? { number: round, step }
      : { number: judge.round ?? 0, step: judge.round === 0 ? 'start' : 'round' };
  return modelOf(judge, `${roundFolder(trained)}/${weightsFolder('train')}`);
}

/** Only round 0 trains a prover. */
export const proverOf = (prover: Weights): Model =>
  modelOf(prover, `${roundFolder({ number: 0, step: 'start' })}/${weightsFolder('prover-train')}`);
