import {
  type Manifest,
  type PackLine,
  type PlanEntry,
  type Row,
  type RowFormat,
  type Store,
  sha256,
} from '@proofmill/contract';
import { createManifest, readManifest, recordValue, stageFolder, storedRecords, writePack } from '@proofmill/folder';
import { shardLedger } from '@proofmill/merge';
import { chunkEntry, encodePackLine } from '@proofmill/plan';
import { emptyTotals } from '@proofmill/stats';
import { labelStage, memoryJournals, memoryStore, plainCodec } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { commitShard } from './commit.ts';

const source = { file: 'corpus.jsonl', line: 1 };
const stage = labelStage({ run: 'job-label-1' });
const entrySha256 = 'e'.repeat(64);

/** A row of the stage before, which passes through. */
const prior: Row = {
  ...{ id: '00000:1', sourceId: null, source, prompt: [{ role: 'user', content: 'q' }], responses: ['a', 'b'] },
  ...{
    gold: 0,
    goldTied: [],
    carried: [],
    winner: 0,
    tie: false,
    confidence: 1,
    confidenceOf: 'none',
    decidedBy: 'gold',
    sameAs: null,
  },
  ...{ kept: true, keptReason: null, flags: [], votes: [], ranking: null, scores: null, rationale: null },
  ...{ proof: null, cascade: null, judge: null, prover: null, tokens: [] },
};

/** A record in which nothing is to be asked: what planning found to be no JSON, or a row of the stage before. */
function decidedLine(index: number, isRow: boolean): PackLine {
  if (isRow)
    return { ask: false, index, source, sourceId: null, decided: { type: 'skipped', reason: 'not-kept' }, prior };
  return {
    ask: false,
    index,
    source,
    sourceId: null,
    decided: {
      ...{ type: 'failed', class: 'not-json', message: 'not JSON' },
      ...{ answers: [], finishReasons: [], votes: [], tokens: { prompt: 0, completion: 0 } },
    },
    prior: null,
  };
}

/** A shard of one chunk, in which nothing is to be asked: a failure, and perhaps a row. */
async function planned(store: Store, { hasRow = false } = {}): Promise<PlanEntry> {
  const lines = hasRow ? [decidedLine(0, false), decidedLine(1, true)] : [decidedLine(0, false)];
  const drafts = lines.map((line) => ({ line, encoded: encodePackLine(line) }));
  const frame = Buffer.concat(drafts.map(({ encoded }) => encoded));
  const pack = await writePack(
    stageFolder(store, 'label'),
    0,
    (async function* () {
      yield frame;
    })(),
  );
  const chunks = [chunkEntry(drafts, frame, 0)];
  return { v: 1, run: stage.run, shard: 0, records: lines.length, from: source, to: source, pack, chunks };
}

/** A collector of one epoch that commits the shard. `seen` is the folder as that collector sees it. */
async function collector(
  objects: Map<string, Uint8Array>,
  seen: (store: Store) => Store = (store) => store,
  { rowFormat = 'jsonl', ...what }: { hasRow?: boolean; rowFormat?: RowFormat } = {},
) {
  const folder = stageFolder(seen(memoryStore(objects)), 'label', stage.run);
  const ledger = shardLedger(await planned(folder.store, what));
  const sources = {
    folder,
    journals: memoryJournals(),
    codec: plainCodec,
    stage: { ...stage, rowFormat },
    partition: 0,
  };
  return {
    folder,
    commit: (epoch: number): Promise<Manifest> => commitShard({ sources, ledger, entrySha256, epoch, cut: [] }),
  };
}

const stagedIn = (objects: ReadonlyMap<string, Uint8Array>): string[] =>
  [...objects.keys()].filter((path) => path.includes('/staging/'));

describe('a commit', () => {
  it('names the files as they were read again', async () => {
    const objects = new Map<string, Uint8Array>();
    const { commit, folder } = await collector(objects);
    const manifest = await commit(1);
    expect(manifest).toMatchObject({ epoch: 1, rows: { count: 0 }, failures: { count: 1 }, totals: { failed: 1 } });
    const { path, sha256: digest } = manifest.failures;
    expect(sha256(objects.get(path) ?? '')).toBe(digest);
    expect(await readManifest(folder, 0)).toEqual(manifest);
  });

  it('has the failures of a chunk that has rows as well', async () => {
    const objects = new Map<string, Uint8Array>();
    const { commit } = await collector(objects, undefined, { hasRow: true });
    const manifest = await commit(1);
    expect(manifest).toMatchObject({ rows: { count: 1 }, failures: { count: 1 }, totals: { labelled: 1, failed: 1 } });
  });

  it('has rows in the format of the output, and failures as JSON lines', async () => {
    const objects = new Map<string, Uint8Array>();
    const { commit, folder } = await collector(objects, undefined, { hasRow: true, rowFormat: 'parquet' });
    const { rows, failures } = await commit(1);
    expect([rows.path, failures.path].map((path) => path.split('.').at(-1))).toEqual(['parquet', 'jsonl']);
    const stored: unknown[] = [];
    for await (const record of storedRecords(folder.store, rows, plainCodec)) stored.push(recordValue(record));
    expect(stored).toEqual([prior]);
  });

  it.each(['rows', 'failures'])('is not made where the disk does not hold the %s that were written', async (kind) => {
    const objects = new Map<string, Uint8Array>();
    const { commit, folder } = await collector(objects, (store) => ({
      ...store,
      async write(path, content) {
        const written = await store.write(path, content);
        if (written.path.includes(`.${kind}.`)) objects.set(written.path, Buffer.from('not what was written\n'));
        return written;
      },
    }));
    await expect(commit(1)).rejects.toThrow('the disk cannot be trusted');
    expect(await readManifest(folder, 0)).toBeNull();
  });

  it('that comes second adopts the first one, and removes its own files and no others', async () => {
    const objects = new Map<string, Uint8Array>();
    const first = await (await collector(objects)).commit(1);
    // The second one looked for a manifest before there was one.
    let isBlind = true;
    const { commit } = await collector(objects, (store) => ({
      ...store,
      async read(path, range) {
        if (!path.includes('/manifests/') || !isBlind) return store.read(path, range);
        isBlind = false;
        return null;
      },
    }));
    expect(await commit(2)).toEqual(first);
    expect(isBlind).toBe(false);
    expect(stagedIn(objects).sort()).toEqual([first.failures.path, first.rows.path].sort());
  });

  it('whose files are those that the first manifest names leaves them', async () => {
    const objects = new Map<string, Uint8Array>();
    let looks = 0;
    const { commit } = await collector(objects, (store) => ({
      ...store,
      async read(path, range) {
        looks += path.includes('/manifests/') ? 1 : 0;
        return looks === 1 && path.includes('/manifests/') ? null : store.read(path, range);
      },
    }));
    // The manifest was created, and the answer was lost: the same epoch finds its own files named.
    const first = await (await collector(objects)).commit(1);
    expect(await commit(1)).toEqual(first);
    expect(stagedIn(objects).sort()).toEqual([first.failures.path, first.rows.path].sort());
  });

  it('of another plan is refused', async () => {
    const objects = new Map<string, Uint8Array>();
    const { commit, folder } = await collector(objects);
    const file = { path: 'x', bytes: 0, sha256: sha256(''), count: 0 };
    const other = { rows: file, failures: file, totals: emptyTotals(), cut: [], epoch: 1, shard: 0, v: 1 as const };
    await createManifest(folder, { ...other, run: stage.run, entrySha256: 'f'.repeat(64) });
    await expect(commit(2)).rejects.toThrow('belongs to another plan');
  });
});
