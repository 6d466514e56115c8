/**
 * A larger `corpus.limit` on an output that has fewer records: what was labelled is kept, and the records beyond the earlier limit
 * are a generation. Their ids have the shards that follow.
 */
import {
  ConfigurationError,
  type Codec,
  type Corpus,
  type ExtensionGeneration,
  type Generation,
  type Job,
  type Store,
} from '@proofmill/contract';
import {
  createGeneration,
  generationStore,
  readGenerations,
  readJobIdentity,
  readStart,
  requireEnd,
  stageFolder,
} from '@proofmill/folder';
import { differences, identityOf, inputChanges, plannedPlace, stageOfExtension } from '@proofmill/plan';
import { committedJob, isLeft, type OpenGeneration, prepare } from './open-generation.ts';

/** How far the limit of a job has come. Null: to the end of the corpus. */
export interface GrownLimit {
  /** That of the first run. */
  readonly first: number;
  /** How many records the output was begun with so far. Null: all of the corpus. */
  readonly begun: number | null;
  readonly wanted: number | null;
}

/**
 * How the limit of a job has grown since its output was begun; null where it has not, or where more than the limit has changed.
 * ConfigurationError for a limit below that of records which are labelled already.
 */
export async function grownLimit({ job, store }: { job: Job; store: Store }): Promise<GrownLimit | null> {
  const folder = stageFolder(store, job.spec.pipeline[0]?.name ?? '');
  const stored = (await readJobIdentity(folder)) as { corpus?: { limit?: number } } | undefined;
  const first = stored?.corpus?.limit;
  if (first === undefined) return null;
  const changes = differences(stored, JSON.parse(JSON.stringify(identityOf(plannedPlace(job, stored)))));
  const [change] = changes;
  if (changes.length !== 1 || !change?.startsWith('corpus.limit: ')) return null;
  const begun = begunLimit(first, await readGenerations(store));
  const wanted = job.spec.corpus.limit ?? null;
  if (wanted !== null && wanted < (begun ?? Number.POSITIVE_INFINITY)) {
    throw new ConfigurationError(
      `corpus.limit is ${wanted}, and the output holds ${begun === null ? 'the whole corpus' : `the first ${begun} records`} already. A limit can only grow: raise it, or choose another output folder`,
    );
  }
  return { first, begun, wanted };
}

const begunLimit = (first: number, generations: readonly Generation[]): number | null =>
  generations.reduce<number | null>((limit, each) => (each.kind === 'extension' ? each.to : limit), first);

/** The job as the first run had it. */
export const withLimit = (job: Job, limit: number): Job => ({
  ...job,
  spec: { ...job.spec, corpus: { ...job.spec.corpus, limit } },
});

/**
 * The extension that is under way, or the next one; null where the output has all that is wanted. ConfigurationError where a
 * retry is under way, or the corpus is no longer what it was.
 */
export async function openExtension(options: {
  job: Job;
  store: Store;
  codec: Codec;
  corpus: Corpus;
  limit: GrownLimit;
}): Promise<OpenGeneration<ExtensionGeneration> | null> {
  const { job, store, codec, corpus, limit } = options;
  const { name, stages } = await committedJob(store);
  const generations = await readGenerations(store);
  const last = generations.at(-1);
  if (last && (await isLeft({ job, store, codec }, last))) {
    if (last.kind === 'extension') {
      return { generation: last, inputs: await prepare(store, last, stages), isResumed: true };
    }
    throw new ConfigurationError(
      `generation ${last.number}, a retry, is under way: resume it with \`proofmill retry\`, then run the job with the larger limit`,
    );
  }
  const from = begunLimit(limit.first, generations);
  if (from === null || (limit.wanted !== null && limit.wanted <= from)) return null;
  const planned = await plannedSoFar(store, stages[0]?.definition.name ?? '', generations);
  // The corpus has ended before the limit: there is nothing beyond it.
  if (planned.records < from) return null;
  await refuseChangedCorpus(store, stages[0]?.definition.name ?? '', corpus, job.spec.corpus.uris);
  const number = generations.length + 1;
  const generation: ExtensionGeneration = {
    v: 1,
    kind: 'extension',
    number,
    from,
    to: limit.wanted,
    firstShard: planned.shards,
    stages: stages.map((stage) => stageOfExtension(name, stage, number)),
  };
  await createGeneration(store, generation);
  return { generation, inputs: await prepare(store, generation, stages), isResumed: false };
}

/** Shards and records of the first run and of all extensions. */
async function plannedSoFar(
  store: Store,
  stage: string,
  generations: readonly Generation[],
): Promise<{ shards: number; records: number }> {
  const folders = [
    store,
    ...generations.filter(({ kind }) => kind === 'extension').map(({ number }) => generationStore(store, number)),
  ];
  const planned = { shards: 0, records: 0 };
  for (const folder of folders) {
    const end = await requireEnd(stageFolder(folder, stage));
    planned.shards += end.shards;
    planned.records += end.records;
  }
  return planned;
}

/** The records beyond the limit follow those that were planned only in the same files. */
async function refuseChangedCorpus(
  store: Store,
  stage: string,
  corpus: Corpus,
  uris: readonly string[],
): Promise<void> {
  const start = await readStart(stageFolder(store, stage));
  const before = start?.inputs ?? [];
  const changes = inputChanges(before, await corpus.list(uris, before));
  if (changes.length === 0) return;
  throw new ConfigurationError(
    `a larger corpus.limit needs the corpus as it was when its first records were planned, and it has changed:\n  ${changes.join('\n  ')}\nPut it back, or choose another output folder.`,
  );
}
