import { mutantsOf } from '../mutant.ts';

const histories = { file: 'test/simulation/src/histories.test.ts' };
const driving = { file: 'libs/core/plan/src/driving.test.ts' };

export const drive = mutantsOf('drive', [
  {
    name: 'drive-what-is-queued',
    breaks: 'Chunks whose task is still queued or with a worker are sent again.',
    file: 'libs/flow/coordinate/src/inquiries.ts',
    from: '[...unresolved].filter((chunk) => !queued.has(chunk))',
    to: '[...unresolved].filter(() => queued.size >= 0)',
    suite: histories,
  },
  {
    name: 'drive-before-drained',
    breaks: 'The journals are asked before the collector has written what workers have published.',
    file: 'libs/flow/coordinate/src/inquiries.ts',
    from: 'if (!(await dispatch.drained(partition, mark))) continue;',
    to: 'await dispatch.drained(partition, mark);',
    suite: histories,
  },
  {
    name: 'drive-what-is-held',
    breaks: 'Chunks that the journals hold whole are sent again.',
    file: 'libs/core/plan/src/driving.ts',
    from: 'if (missing.length === 0) return null;',
    to: '',
    suite: driving,
  },
  {
    name: 'drive-all-of-a-chunk',
    breaks: 'A chunk that lacks one item is asked about again as a whole.',
    file: 'libs/core/plan/src/driving.ts',
    from: '...(isWhole ? {} : { only: send }),',
    to: '...(isWhole || send.length > 0 ? {} : { only: send }),',
    suite: driving,
  },
  {
    name: 'suspects-in-company',
    breaks: 'Items that two engines died with are sent together with others again.',
    file: 'libs/core/plan/src/driving.ts',
    from: 'const mustGoAlone = fewest >= toGoAlone;',
    to: 'const mustGoAlone = false;',
    suite: driving,
  },
  {
    name: 'drive-counted-before',
    breaks: 'A new coordinator sends with a drive that evidence has counted already, so refusals never add up.',
    file: 'libs/core/plan/src/driving.ts',
    from: 'drive: lastDrive + 1,',
    to: 'drive: drivesBefore + 1,',
    suite: driving,
  },
  {
    name: 'fruitless-for-ever',
    breaks: 'A chunk of which nothing ever comes is sent again and again.',
    file: 'libs/flow/coordinate/src/inquiries.ts',
    from: 'sends < bounds.fruitlessSends ||',
    to: 'sends < 1000 * bounds.fruitlessSends ||',
    suite: { file: 'libs/flow/coordinate/src/fruitless.test.ts' },
  },
  {
    name: 'offer-twice',
    breaks: 'Idle workers are offered the same item again and again.',
    file: 'libs/flow/coordinate/src/take-over.ts',
    from: 'this.#offered.has(',
    to: 'new Set<string>().has(',
    suite: histories,
  },
  {
    name: 'limit-passed-by-one',
    breaks: 'A job continues when its tokens are spent.',
    file: 'libs/flow/coordinate/src/limits.ts',
    from: 'tokens !== null && tokens >= maxTokens',
    to: 'tokens !== null && tokens > maxTokens',
    suite: { file: 'libs/flow/coordinate/src/limits.test.ts' },
  },
  {
    name: 'loss-is-not-looked-for',
    breaks: 'What a journal has lost since it was read is never missed.',
    file: 'libs/flow/coordinate/src/open-shards.ts',
    from: 'this.#views.clear();',
    to: '',
    suite: { file: 'libs/flow/coordinate/src/open-shards.test.ts' },
  },
]);
