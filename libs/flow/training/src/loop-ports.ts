/** What the rounds of a loop need of the world. */
import type {
  Codec,
  Corpus,
  Failure,
  Job,
  Message,
  OutputManifest,
  Profile,
  Row,
  Store,
  Trainer,
  Weights,
} from '@proofmill/contract';
import type { Scored } from '@proofmill/stats';
import type { CorpusSpec } from './corpus-items.ts';

/** Weights that are asked, trained or begun with. */
export interface Model {
  readonly weights: Weights;
  /** Their folder, relative to that of the loop where the loop has trained them; else what the loop file calls them. */
  readonly place: string;
  readonly isTrained: boolean;
}

export interface Models {
  readonly judge: Model;
  readonly prover: Model | null;
}

export interface TrainingRun {
  readonly trainer: Trainer;
  /** Folders in that of the loop. */
  readonly data: string;
  readonly out: string;
  readonly base: Model;
  readonly parent: Model;
  readonly round: number;
  readonly seed: number;
}

export interface ScoredRecords {
  readonly manifest: OutputManifest;
  readonly scored: Scored;
  records(): AsyncIterable<Row | Failure>;
}

/** Paths are relative to the folder of the loop. */
export interface LoopPorts {
  readonly store: Store;
  /** A folder of the loop, as the output of a job. */
  storeAt(path: string): Store;
  /** A corpus that starts in a folder of the loop; null: beside the loop file. */
  corpus(spec: CorpusSpec, folder: string | null): Corpus;
  /** The prompts of files of benchmarks, which are named as the loop file names them. */
  promptsIn(files: readonly string[]): AsyncIterable<NamedPrompt>;
  readonly codec: Codec;
  readonly profiles: { readonly judge: Profile; readonly prover: Profile | null };
  /** Runs a job to its end, whose corpus starts in `folder`. Resolves with false where it was stopped. */
  run(job: Job, folder: string | null, models: Models): Promise<boolean>;
  /** Writes the kept rows of outputs as a training set. */
  exportSet(outs: readonly string[], to: string): Promise<void>;
  /** @throws {ConfigurationError} where a trainer or a server that this process would start cannot be started */
  requireCommands(): Promise<void>;
  /** Runs a trainer to its end, and gives what its `versions` print. Resolves with null where it was stopped. */
  train(run: TrainingRun): Promise<readonly string[] | null>;
  /** A digest over the names and bytes of all files, checkpoints left out; null where there is no such folder. */
  weigh(model: Pick<Model, 'place' | 'isTrained'>): Promise<WeightsDigest | null>;
  /** Puts the weights in a folder of the loop, which have this digest, into an object store, or finds that they are there. */
  publish(folder: string, to: { readonly uri: string; readonly sha256: string }): Promise<WeightsDigest>;
  scored(out: string): Promise<ScoredRecords>;
  report(sentence: string): void;
  /** Notes how long a step took, for people. */
  note(entry: { readonly round: number; readonly step: string; readonly seconds: number }): Promise<void>;
  /** Seconds on a clock that never jumps. */
  seconds(): number;
  readonly stop: AbortSignal;
}

interface NamedPrompt {
  readonly file: string;
  readonly prompt: readonly Message[];
}

export interface WeightsDigest {
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
}
