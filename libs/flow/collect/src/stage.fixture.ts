import { keepEverything, type StageFile } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';

/** A stage of one partition, of labels by one vote. */
export const labelStage = (run: string): StageFile => ({
  v: 1,
  run,
  stageDigest: '',
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
});
