/**
 * `npm run bench -- --capacity`: how much of what its engines could do a fleet gets out of them, beside two simple loops over the
 * same questions on the same engines. An engine works on a fixed number of answers at a time, each for as long as it is.
 */
import { join } from 'node:path';
import type { StageFile } from '@proofmill/contract';
import { writeCorpus } from '../corpus.ts';
import { type Case, cases, idealSeconds, type Work } from './cases.ts';
import { runJob } from './proofmill.ts';
import { runLoop, type Strategy } from './simple-loops.ts';
import { startEngines, type Watched, type WatchedEngines } from './watched-engines.ts';

export interface Share {
  /** Seconds that the work takes at least, in parts of those that it took. */
  readonly achieved: number;
  readonly seconds: number;
  /** Seconds at the end with less than nine tenths of some engine's slots busy. */
  readonly tailSeconds: number;
  /** The most answers that waited at an engine, in parts of its slots. */
  readonly mostWaiting: number;
}

export interface CaseResult {
  readonly measured: Case;
  readonly proofmill: Share & {
    /** Items that idle workers were offered. */
    readonly offered: number;
    /** Seconds from the end to the last label's file. */
    readonly commitSeconds: number;
  };
  readonly loops: Readonly<Record<Strategy, Share>>;
}

export interface CapacityOptions {
  readonly records: number;
  readonly folder: string;
  readonly model: string;
  /** Only the cases whose name has this text. */
  readonly only: string;
  readonly report: (sentence: string) => void;
}

export async function measureCapacity({
  records,
  folder,
  model,
  only,
  report,
}: CapacityOptions): Promise<CaseResult[]> {
  const corpus = join(folder, 'corpus.jsonl');
  await writeCorpus(corpus, records);
  const results: CaseResult[] = [];
  for (const measured of cases.filter(({ name }) => name.includes(only))) {
    await using engines = await startEngines(model, measured.engines);
    const place = { engines, corpus, model };
    engines.begin();
    const run = await runJob(measured, { ...place, folder });
    const seen = engines.seen();
    const endMs = Math.min(seen.endMs, run.answeredMs);
    const commitSeconds = (run.committedMs - endMs) / 1000;
    const proofmill = { ...shareOf(engines, seen, run.work, endMs), offered: run.offered, commitSeconds };
    report(`${measured.name}: ${proofmill.achieved.toFixed(3)} of what its engines could do`);
    const loop = async (strategy: Strategy): Promise<Share> => {
      engines.begin();
      const work = await runLoop(strategy, { ...place, frame: frameOf(run.stage), votes: measured.votes.max });
      return shareOf(engines, engines.seen(), work);
    };
    const loops = { 'fixed batches': await loop('fixed batches'), 'static split': await loop('static split') };
    results.push({ measured, proofmill, loops });
  }
  return results;
}

/** What is still in a slot after `endMs`, when every label was known, has been asked twice: it does not count. */
function shareOf(
  { sizes }: WatchedEngines,
  { beginMs, endMs: lastMs, tailMs, mostWaiting }: Watched,
  work: Work,
  endMs = lastMs,
): Share {
  const seconds = (endMs - beginMs) / 1000;
  return {
    achieved: idealSeconds(work, sizes) / seconds,
    seconds,
    tailSeconds: Math.max(0, tailMs - (lastMs - endMs)) / 1000,
    mostWaiting,
  };
}

function frameOf({ definition }: StageFile): string[] {
  const [message] = definition.profile.messages;
  const template = message && 'template' in message ? (message.template ?? '') : '';
  return template.split(/\{\{ \w+ \}\}/);
}
