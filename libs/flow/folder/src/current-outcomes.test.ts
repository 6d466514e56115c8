import {
  type CommittedFile,
  type Failure,
  IntegrityError,
  type OutputManifest,
  type Row,
  sha256,
} from '@proofmill/contract';
import { emptyTotals } from '@proofmill/stats';
import { memoryStore, plainCodec } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { currentOutcomes } from './current-outcomes.ts';

const place = (id: string) => ({ id, sourceId: null, source: { file: 'a', line: 1 } });

const row = (id: string): Row => ({
  ...place(id),
  ...{ prompt: [{ role: 'user', content: 'q' }], responses: ['a', 'b'], gold: null, goldTied: [], carried: [] },
  ...{ winner: 0, tie: false, confidence: 1, confidenceOf: 'none', decidedBy: 'gold', sameAs: null, kept: true },
  ...{ keptReason: null, flags: [], votes: [], ranking: null, scores: null, rationale: null, proof: null },
  ...{ cascade: null, judge: null, prover: null, tokens: [] },
});

const failure = (id: string, message: string): Failure => ({
  ...place(id),
  ...{ stage: 'label', class: 'timeout', message, answers: [], finishReasons: [], votes: [], tokens: [] },
});

const objects = new Map<string, Uint8Array>();
const store = memoryStore(objects);

function file(path: string, records: readonly object[]): CommittedFile {
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  objects.set(path, bytes);
  return { path, bytes: bytes.length, sha256: sha256(bytes), count: records.length };
}

const shard = (folder: string, rows: Row[], failures: Failure[], generation?: number) => ({
  shard: 0,
  ...(generation === undefined ? {} : { generation }),
  rows: file(`${folder}data/0.jsonl`, rows),
  failures: file(`${folder}failed/0.jsonl`, failures),
});

/** The first run, a retry of three records, an extension, and a retry of one record of each. */
const manifest: OutputManifest = {
  ...{ v: 1, job: 'job', runs: [], totals: emptyTotals() },
  generations: (['retry', 'extension', 'retry'] as const).map((kind, at) => ({
    number: at + 1,
    kind,
    asked: 0,
    labelled: 0,
  })),
  shards: [
    shard(
      '',
      [row('00000:0')],
      ['00000:1', '00000:2', '00000:3'].map((id) => failure(id, 'first')),
    ),
    shard('generations/1/', [row('00000:1')], [failure('00000:2', 'second'), failure('00000:3', 'second')], 1),
    shard('generations/2/', [row('00001:0')], [failure('00001:1', 'first')], 2),
    shard('generations/3/', [row('00001:1')], [failure('00000:3', 'third')], 3),
  ],
};

it('the newest outcome of every record comes once, whichever generation holds it', async () => {
  const found: string[] = [];
  for await (const record of currentOutcomes(store, manifest, plainCodec))
    found.push(`${record.id} ${'message' in record ? record.message : 'row'}`);
  expect(found.sort()).toEqual([
    '00000:0 row',
    '00000:1 row',
    '00000:2 second',
    '00000:3 third',
    '00001:0 row',
    '00001:1 row',
  ]);
});

it('a file that is not what its manifest says is refused', async () => {
  objects.set('data/0.jsonl', Buffer.from(`${JSON.stringify(row('00000:7'))}\n`));
  const all = async (): Promise<void> => {
    for await (const _ of currentOutcomes(store, manifest, plainCodec));
  };
  await expect(all()).rejects.toThrow(IntegrityError);
});
