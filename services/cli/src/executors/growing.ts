/** What a larger `corpus.limit` adds to an output that is complete with its earlier one. */
import { openStore } from '@proofmill/blob';
import { zstdCodec } from '@proofmill/formats';
import { type Coordinated, type GrownLimit, type OpenGeneration, openExtension } from '@proofmill/coordinate';
import { openCorpus, type Progress } from '@proofmill/coordinator';
import type { JobFile } from '@proofmill/job-files';

export interface GrowOptions {
  readonly jobFile: JobFile;
  readonly limit: GrownLimit;
  readonly progress: Progress;
  readonly run: (opened: OpenGeneration) => Promise<Coordinated>;
}

export interface Grown {
  /** How the last generation ended; null where there was nothing to add. */
  readonly coordinated: Coordinated | null;
  readonly extensions: number;
}

/** Runs generation after generation up to the limit; see `openExtension` and `run` for what it rejects with. */
export async function growToLimit({ jobFile, limit, progress, run }: GrowOptions): Promise<Grown> {
  const { job, baseDir } = jobFile;
  const store = openStore(job.spec.output.uri);
  let coordinated: Coordinated | null = null;
  let extensions = 0;
  while (coordinated === null || coordinated.ended === 'done') {
    const corpus = openCorpus(baseDir, job.spec.corpus);
    const opened = await openExtension({ job, store, codec: zstdCodec(), corpus, limit });
    if (!opened) break;
    const { number, from, to } = opened.generation;
    progress.report(
      `generation ${number}${opened.isResumed ? ', resumed' : ''}: the records after the first ${from}${to === null ? '' : `, up to ${to}`}; what was labelled is kept`,
    );
    extensions += 1;
    coordinated = await run(opened);
  }
  return { coordinated, extensions };
}
