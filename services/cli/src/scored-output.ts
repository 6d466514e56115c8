/** A complete output, as the commands that score it read it. */
import { benchmarkNames, type Failure, type OutputManifest, type Row, type Store } from '@proofmill/contract';
import { currentOutcomes, readJobIdentity, stageFolder } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import type { Scored } from '@proofmill/stats';
import { completeOutput, existingOutput } from './output.ts';

export interface ScoredOutput {
  readonly out: string;
  readonly manifest: OutputManifest;
  /** The benchmark of its job; gold labels where the job names none. */
  readonly scored: Scored;
  records(): AsyncIterable<Row | Failure>;
}

/** ConfigurationError where there is no such folder, or where it is not complete. */
export async function scoredOutput(out: string): Promise<ScoredOutput> {
  const store = existingOutput(out);
  const manifest = await completeOutput(out);
  const scored = await benchmarkOf(store, manifest);
  return { out, manifest, scored, records: () => currentOutcomes(store, manifest, zstdCodec()) };
}

async function benchmarkOf(store: Store, { runs }: OutputManifest): Promise<Scored> {
  const [first] = runs;
  if (!first) return 'gold';
  const identity = (await readJobIdentity(stageFolder(store, first.stage))) as
    | { corpus?: { benchmark?: unknown } }
    | undefined;
  return benchmarkNames.find((name) => name === identity?.corpus?.benchmark) ?? 'gold';
}
