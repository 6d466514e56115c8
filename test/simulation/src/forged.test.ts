/** `verify` believes no digest alone: rows and manifests that fit each other, and not what was planned and voted, are found. */
import { verify } from '@proofmill/audit';
import {
  type Manifest,
  manifestSchema,
  type Row,
  rowSchema,
  sealedText,
  sha256,
  stagePaths,
  unseal,
} from '@proofmill/contract';
import { memoryStore, plainCodec } from '@proofmill/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCourse } from './history.ts';

/** Ten records in a single stage, one of which imitates the frame. */
const variant = 1;
const paths = stagePaths('label');

let sound: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  sound = (await runCourse(variant, {}, {})).objects;
}, 60_000);

const manifestAt = (path: string): Manifest => {
  const unsealed = unseal(sound.get(path) ?? new Uint8Array());
  return manifestSchema.parse(unsealed.state === 'sound' ? unsealed.value : null);
};

/** Every manifest with its rows. */
const shards = () =>
  [...sound.keys()]
    .filter((path) => path.startsWith(paths.manifests))
    .map((path) => {
      const manifest = manifestAt(path);
      const text = Buffer.from(sound.get(manifest.rows.path) ?? []).toString();
      const lines = text.split('\n').filter((line) => line !== '');
      return { path, manifest, rows: lines.map((line) => rowSchema.parse(JSON.parse(line))) };
    });

/** What `verify` finds where the rows of a shard, or its totals, are others, and the manifest has their digest. */
async function foundIn(
  isWanted: (row: Row) => boolean,
  forge: (row: Row) => Row | null,
  totals: (manifest: Manifest) => Manifest['totals'] = (manifest) => manifest.totals,
): Promise<string> {
  const shard = shards().find(({ rows }) => rows.some(isWanted));
  if (!shard) throw new Error('no shard has such a row');
  const chosen = shard.rows.find(isWanted);
  const rows = shard.rows.flatMap((row) => (row === chosen ? (forge(row) ?? []) : [row]));
  const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const file = { path: shard.manifest.rows.path, bytes: bytes.length, sha256: sha256(bytes), count: rows.length };
  const manifest = { ...shard.manifest, rows: file, totals: totals(shard.manifest) };
  const objects = new Map(sound).set(file.path, bytes).set(shard.path, Buffer.from(sealedText(manifest)));
  const { findings } = await verify({ store: memoryStore(objects), codec: plainCodec, deep: true });
  return findings.map(({ path, sentence }) => `${path}: ${sentence}`).join('\n');
}

const isJudged = ({ decidedBy, winner, sameAs }: Row): boolean => decidedBy === 'judge' && winner !== null && !sameAs;

it('verify finds a file that is not what its manifest says, also without reading its rows', async () => {
  const [{ manifest } = { manifest: null }] = shards();
  const path = manifest?.rows.path ?? '';
  const bytes = Buffer.from(sound.get(path) ?? []);
  bytes[bytes.indexOf('first of')] = 'F'.charCodeAt(0);
  const objects = new Map(sound).set(path, bytes);
  const { findings } = await verify({ store: memoryStore(objects), codec: plainCodec, deep: false });
  expect(findings).toEqual([{ path, sentence: expect.stringContaining('is damaged') }]);
});

describe('verify finds, under digests that fit,', () => {
  it('nothing in what is sound', async () => {
    const { findings } = await verify({ store: memoryStore(new Map(sound)), codec: plainCodec, deep: true });
    expect(findings).toEqual([]);
  });

  it('a winner that its votes do not have', async () => {
    const found = await foundIn(isJudged, (row) => ({ ...row, winner: row.winner === 0 ? 1 : 0 }));
    expect(found).toMatch(/it says winner \d, its votes or scores say \d/);
  });

  it('a confidence that its votes do not give', async () => {
    const found = await foundIn(isJudged, (row) => ({ ...row, confidence: row.confidence === 0.9 ? 0.8 : 0.9 }));
    expect(found).toMatch(/it says confidence 0\.\d, its votes or scores say/);
  });

  it('a flagged row that is kept', async () => {
    const found = await foundIn(
      ({ flags }) => flags.length > 0,
      (row) => ({ ...row, kept: true, keptReason: null }),
    );
    expect(found).toMatch(/it is kept, though it is a tie or imitates something/);
  });

  it('another response than the planned one', async () => {
    const found = await foundIn(isJudged, (row) => ({ ...row, responses: ['made up', ...row.responses.slice(1)] }));
    expect(found).toMatch(/planned -> stored: responses/);
  });

  it('a planned record that is missing', async () => {
    const found = await foundIn(isJudged, () => null);
    expect(found).toMatch(/it has \d+ outcomes of \d+ planned records/);
    expect(found).toMatch(/is planned, and missing or out of order/);
  });

  it('totals that are not those of the rows', async () => {
    const found = await foundIn(
      isJudged,
      (row) => row,
      ({ totals }) => ({ ...totals, votes: totals.votes + 1 }),
    );
    expect(found).toMatch(/manifests\/\d+\.json: its totals are wrong, stated -> counted: votes/);
  });
});
