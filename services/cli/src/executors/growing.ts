/** Runs a job in this process: with the limit that its output began with, and then what a larger `corpus.limit` adds to it. */
import { openStore } from '@proofmill/blob';
import { type Coordinated, grownLimit, openExtension, withLimit } from '@proofmill/coordinate';
import { openCorpus } from '@proofmill/coordinator';
import { extendLocal, runLocal } from './local.ts';
import type { LocalOptions } from './local-fleet.ts';

export interface GrowingEnd {
  readonly coordinated: Coordinated;
  /** Generations that were run because the limit has grown. */
  readonly extensions: number;
}

/** See `coordinate` for how it ends and what it rejects with. */
export async function runGrowing(options: LocalOptions): Promise<GrowingEnd> {
  const { jobFile, events } = options;
  const { job, baseDir } = jobFile;
  const store = openStore(job.spec.output.uri);
  const limit = await grownLimit({ job, store });
  if (!limit) return { coordinated: await runLocal(options), extensions: 0 };
  let coordinated = await runLocal({ ...options, jobFile: { ...jobFile, job: withLimit(job, limit.first) } });
  let extensions = 0;
  while (coordinated.ended === 'done') {
    const opened = await openExtension({ job, store, corpus: openCorpus(baseDir), limit });
    if (!opened) break;
    const { number, from, to } = opened.generation;
    events.onNotice?.(
      `generation ${number}${opened.isResumed ? ', resumed' : ''}: the records after the first ${from}${to === null ? '' : `, up to ${to}`}; what was labelled is kept`,
    );
    extensions += 1;
    coordinated = await extendLocal(options, opened);
  }
  return { coordinated, extensions };
}
