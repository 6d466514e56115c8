/** Checks what readers see: data/, failed/, _MANIFEST.json and _SUCCESS against the manifests of the last stage. */
import { outputPaths, type StageFile, type Store, sha256 } from '@proofmill/contract';
import { readOutputManifest, readSuccess } from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { attempt } from './attempt.ts';
import { checkFile } from './check-file.ts';
import type { CheckedStage } from './check-stage.ts';
import { compareTotals } from './compare-totals.ts';
import type { Findings } from './findings.ts';

/** Whether the output is complete, with _SUCCESS. */
export async function checkOutput(
  store: Store,
  stages: readonly StageFile[],
  checked: readonly CheckedStage[],
  found: Findings,
): Promise<boolean> {
  const last = checked.at(-1);
  const promotable = new Map<string, { bytes: number; sha256: string }>();
  for (const manifest of last?.planned ? last.committed : []) {
    if (manifest.rows.count > 0) promotable.set(outputPaths.data(manifest.shard, last?.shards ?? 0), manifest.rows);
    if (manifest.failures.count > 0) promotable.set(outputPaths.failed(manifest.shard), manifest.failures);
  }
  const promoted = new Set([...(await store.list('data/')), ...(await store.list('failed/'))]);
  for (const path of promoted) {
    const file = promotable.get(path);
    if (!file) found.add(path, 'no manifest of the last stage names it: readers would take it for output');
    else await checkFile(store, { path, bytes: file.bytes, sha256: file.sha256 }, found);
  }

  const success = await attempt(found, outputPaths.success, () => readSuccess(store));
  if (!success) return false;
  for (const path of promotable.keys())
    if (!promoted.has(path)) found.add(path, 'it is missing, though _SUCCESS exists');
  for (const [index, stage] of stages.entries()) {
    const checkedStage = checked[index];
    if (!checkedStage?.planned || checkedStage.committed.length < checkedStage.shards) {
      found.add(outputPaths.success, `it exists, though stage ${stage.definition.name} is not complete`);
    }
  }
  const bytes = await store.read(outputPaths.manifest);
  if (!bytes || sha256(bytes) !== success.manifestSha256)
    found.add(outputPaths.manifest, 'its sha256 is not what _SUCCESS says');
  const manifest = await attempt(found, outputPaths.manifest, () => readOutputManifest(store));
  if (!manifest) return true;
  const stated = manifest.shards.flatMap((shard) => [shard.rows, shard.failures]).filter((file) => file.count > 0);
  const files = Object.fromEntries(stated.map((file) => [file.path, { bytes: file.bytes, sha256: file.sha256 }]));
  const expected = Object.fromEntries(
    [...promotable].map(([path, file]) => [path, { bytes: file.bytes, sha256: file.sha256 }]),
  );
  for (const difference of differences(files, expected))
    found.add(outputPaths.manifest, `its files, stated -> committed: ${difference}`);
  for (const run of manifest.runs) {
    const checkedStage = checked.find(({ stage }) => stage === run.stage);
    if (checkedStage) compareTotals(outputPaths.manifest, run.totals, checkedStage.totals, found);
  }
  return true;
}
