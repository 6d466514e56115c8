import { type FailedOutcome, keepEverything, type PlanEntry, type StageFile } from '@proofmill/contract';
import { judgeProfile } from './profiles.ts';

/** A stage of one partition, of labels by one vote; `more` replaces fields. */
export const labelStage = (more: Partial<StageFile> = {}): StageFile => ({
  v: 1,
  run: 'r',
  stageDigest: 'd',
  partitions: 1,
  definition: {
    kind: 'label',
    name: 'label',
    profile: judgeProfile(),
    engine: { model: 'm', revision: null },
    sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 },
    votes: { max: 1, orders: 'alternate', stop: 'none', reasks: 0, logprobs: false },
    ranking: 'knockout',
    keep: keepEverything,
    first: null,
  },
  ...more,
});

/** The digest of each item of `planEntry`. */
export const plannedDigest = 'ab'.repeat(32);

interface PlanMore extends Partial<Omit<PlanEntry, 'chunks'>> {
  readonly chunk?: Partial<PlanEntry['chunks'][number]>;
}

/** The plan entry of a shard of so many records in one chunk, all with `plannedDigest`; `more` and its `chunk` replace fields. */
export function planEntry(records: number, { chunk, ...more }: PlanMore = {}): PlanEntry {
  const source = { file: 'f', line: 1 };
  const digests = Buffer.from(plannedDigest.slice(0, 16).repeat(records), 'hex').toString('base64');
  return {
    v: 1,
    run: 'r',
    shard: 0,
    records,
    from: source,
    to: source,
    pack: { bytes: 1, sha256: '' },
    chunks: [{ offset: 0, bytes: 1, first: 0, count: records, sha256: '', digests, decided: [], ...chunk }],
    ...more,
  };
}

/** The outcome of an item that failed. */
export const failedOutcome: FailedOutcome = {
  type: 'failed',
  class: 'timeout',
  message: 'm',
  answers: [],
  finishReasons: [],
  votes: [],
  tokens: { prompt: 0, completion: 0 },
};
