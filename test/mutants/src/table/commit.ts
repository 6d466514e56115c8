import { mutantsOf } from '../mutant.ts';

const histories = { file: 'test/simulation/src/histories.test.ts' };
const committing = { file: 'libs/flow/collect/src/commit.test.ts' };

export const commit = mutantsOf('commit', [
  {
    name: 'commits-incomplete',
    breaks: 'A shard is committed that lacks an outcome.',
    file: 'libs/flow/collect/src/partition-shards.ts',
    from: 'shard.ledger.remaining === 0',
    to: 'shard.ledger.remaining <= 1',
    suite: histories,
  },
  {
    name: 'done-too-early',
    breaks: 'A collector ends with a shard that nobody has committed.',
    file: 'libs/flow/collect/src/partition-shards.ts',
    from: 'this.#committed.size >= Math.max(0, shards)',
    to: 'this.#committed.size >= Math.max(0, shards - 1)',
    suite: histories,
  },
  {
    name: 'staged-not-read-again',
    breaks: 'A manifest names rows that the disk does not have.',
    file: 'libs/flow/collect/src/commit.ts',
    from: 'await verifyStaged(folder.store, rows);',
    to: '',
    suite: committing,
  },
  {
    name: 'loser-removes-winner',
    breaks: 'A collector that comes second removes the files that the manifest names.',
    file: 'libs/flow/collect/src/commit.ts',
    from: 'if (own !== winner.rows.path && own !== winner.failures.path) await folder.store.remove(own);',
    to: 'await folder.store.remove(own);',
    suite: committing,
  },
  {
    name: 'other-plan-adopted',
    breaks: 'The manifest of another plan is adopted.',
    file: 'libs/flow/collect/src/commit.ts',
    from: 'found.run !== stage.run || found.entrySha256 !== entrySha256',
    to: 'found.run !== stage.run',
    suite: committing,
  },
  {
    name: 'failures-left-out',
    breaks: 'Failures of a chunk that has rows as well are left out.',
    file: 'libs/flow/collect/src/commit.ts',
    from: "if ('row' in joined) yield joined.row;\n    else",
    to: "if ('row' in joined) chunksWithFailures.delete(chunk);\n    if ('row' in joined) yield joined.row;\n    else",
    suite: committing,
  },
  {
    name: 'cut-without-own-journal',
    breaks: 'A manifest does not say how far its own journal counts.',
    file: 'libs/flow/collect/src/ingest.ts',
    from: '  view.noteOwn(journal.epoch, position);\n',
    to: '',
    suite: { file: 'libs/flow/collect/src/ingest.test.ts' },
  },
  {
    name: 'outcome-of-other-run-committed',
    breaks: 'A journal of another run is committed.',
    file: 'libs/flow/collect/src/stored-outcomes.ts',
    from: 'data.run !== stage.run || ',
    to: '',
    suite: { file: 'libs/flow/collect/src/shard-contents.test.ts' },
  },
]);
