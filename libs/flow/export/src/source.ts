/** Where the rows of a set are from: what the card says of each output. */
import type { OutputManifest, StageFile } from '@proofmill/contract';
import { findStoredJob, readJobIdentity, stageFolder } from '@proofmill/folder';
import { z } from 'zod';
import type { ExportedOutput } from './export-options.ts';

export interface SourceOfRows {
  readonly manifest: OutputManifest;
  /** Of the first run. */
  readonly stages: readonly StageFile[];
  /** The input files as the job names them. */
  readonly uris: readonly string[];
}

const corpusSchema = z.object({ corpus: z.object({ uris: z.array(z.string()) }) });

export async function sourceOf({ store, manifest }: ExportedOutput): Promise<SourceOfRows> {
  const job = await findStoredJob(store);
  const [first] = job?.pipeline ?? [];
  const identity = first === undefined ? null : await readJobIdentity(stageFolder(store, first));
  const named = corpusSchema.safeParse(identity);
  // What follows the question mark of an address may be a key.
  const uris = named.success ? named.data.corpus.uris.map((uri) => uri.replace(/^(https?:[^?#]*)[?#].*$/s, '$1')) : [];
  return { manifest, stages: job?.stages ?? [], uris };
}
