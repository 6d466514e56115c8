import type { Codec, OutputManifest, Row, Store } from '@proofmill/contract';
import { currentOutcomes, isRow } from '@proofmill/folder';
import { RandomSample } from '@proofmill/plan';

/** What is read of a complete output. */
export interface CompleteOutput {
  readonly store: Store;
  readonly codec: Codec;
  readonly manifest: OutputManifest;
}

/** The rows that are kept and have a judge's label. Rejects with IntegrityError where a file is not the committed one. */
export async function* keptRows({ store, codec, manifest }: CompleteOutput): AsyncGenerator<Row, undefined> {
  for await (const record of currentOutcomes(store, manifest, codec))
    if (isRow(record) && record.kept && record.decidedBy !== 'gold') yield record;
  return undefined;
}

/** A sample whose seed is the run of the output's first stage, which follows from its job and its plan: nobody chooses it. */
export const sampleOf = ({ manifest }: CompleteOutput, size: number): RandomSample<string> =>
  new RandomSample(size, manifest.runs[0]?.run ?? '');
