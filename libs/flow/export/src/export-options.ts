import type { Codec, OutputManifest, Profile, Store } from '@proofmill/contract';
import type { BenchmarkPrompts, Selection, Texts, Trainer, TrainingForm } from '@proofmill/export-rows';

/** An output whose rows are exported. */
export interface ExportedOutput {
  /** As its user knows it. */
  readonly name: string;
  readonly store: Store;
  /** The newest one. */
  readonly manifest: OutputManifest;
  /** Digest of the file of the manifest. */
  readonly manifestSha256: string;
}

export interface ExportOptions extends Pick<Selection, 'keep' | 'minConfidence' | 'minProbability'> {
  readonly outputs: readonly ExportedOutput[];
  /** A new or an empty folder, or that of the same export. */
  readonly target: Store;
  /** The target as its user knows it. */
  readonly targetName: string;
  /** For sorting; empty, and nobody else's. */
  readonly scratch: Store;
  readonly codec: Codec;
  readonly trainer: Trainer;
  readonly form: TrainingForm;
  /** Whose prompt a reasoning set asks with; null for other sets. */
  readonly profile: Profile | null;
  readonly text: Texts['from'];
  readonly bothOrders: boolean;
  readonly margin: boolean;
  readonly evalShare: number;
  /** What is not to be trained on, and the files that it is from. */
  readonly without: { readonly prompts: BenchmarkPrompts; readonly files: readonly NamedFile[] } | null;
  /** The model to train, for the files that load the set. */
  readonly model: string;
}

/** What stands for the model where none is named. */
export const unnamedModel = 'MODEL';

export interface NamedFile {
  readonly name: string;
  /** Digest of its prompts. */
  readonly sha256: string;
}
