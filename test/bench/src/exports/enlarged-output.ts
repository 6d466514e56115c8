/** A complete output of many rows, in the time that it takes to write them: the rows of a small one again and again. */
import { directoryStore } from '@proofmill/blob';
import type { CommittedFile, Row } from '@proofmill/contract';
import {
  closeOutput,
  currentOutcomes,
  encodeRows,
  findStoredJob,
  isRow,
  readOutputManifest,
  stageFolder,
} from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';

const rowsPerShard = 10_000;

/** Each row has a number in its prompt and so is of a prompt of its own. Job and stages are those of the small output, and so are its totals. */
export async function enlargeOutput(small: string, large: string, rows: number): Promise<void> {
  const [from, to, codec] = [directoryStore(small), directoryStore(large), zstdCodec()];
  const manifest = await readOutputManifest(from);
  if (!manifest) throw new Error(`${small} is not complete`);
  const sample = (await Array.fromAsync(currentOutcomes(from, manifest, codec))).filter(isRow);
  const job = await findStoredJob(from);
  const copied = (job?.pipeline ?? []).flatMap((stage) => Object.values(pick(stageFolder(from, stage).paths)));
  for (const path of copied) {
    const bytes = await from.read(path);
    if (bytes) await to.write(path, [bytes]);
  }
  const shards = [];
  for (let first = 0; first < rows; first += rowsPerShard) {
    const shard = first / rowsPerShard;
    const count = Math.min(rowsPerShard, rows - first);
    const path = `data/train-${shard}.parquet`;
    const content = encodeRows(
      numbered(sample, { shard, first, count }),
      { format: 'parquet', isCalibrated: false },
      codec,
    );
    const { bytes, sha256 } = await to.write(path, content);
    const failures: CommittedFile = { path: `failed/${shard}.jsonl`, bytes: 0, sha256: '', count: 0 };
    shards.push({ shard, rows: { path, bytes, sha256, count }, failures });
  }
  await closeOutput(to, { ...manifest, shards });
}

const pick = ({ job, stage }: { readonly job: string; readonly stage: string }) => ({ job, stage });

async function* numbered(
  sample: readonly Row[],
  { shard, first, count }: { readonly shard: number; readonly first: number; readonly count: number },
): AsyncGenerator<Row> {
  for (let index = 0; index < count; index += 1) {
    const row = sample[(first + index) % sample.length];
    if (!row) throw new Error('the small output has no row');
    const prompt = row.prompt.map((turn) => ({ ...turn, content: `${first + index}: ${turn.content}` }));
    yield { ...row, id: `${String(shard).padStart(5, '0')}:${index}`, prompt };
  }
}
