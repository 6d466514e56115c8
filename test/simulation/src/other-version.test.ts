import { type OutputManifest, outputPaths } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { type HistoryResult, runDisagreeingHistory } from './history.ts';

const historyCount = Math.min(100, Number(process.env.PROOFMILL_HISTORIES ?? 40));
const timeout = 30 * 60_000;

function mustBeRight(result: HistoryResult): void {
  if (result.wrong.length > 0) expect.fail([`seed ${result.seed}:`, ...result.wrong, ...result.notes].join('\n'));
}

it(`${historyCount} histories in which collectors refuse each outcome of an item end: it fails, and all others are as ever`, {
  timeout,
}, async () => {
  let told = 0;
  for (let seed = 1; seed <= historyCount; seed += 1) {
    const result = await runDisagreeingHistory(seed, 'one item');
    mustBeRight(result);
    if (result.notes.some((note) => /says: stage label: a collector refuses the outcome of item .*tokens/.test(note)))
      told += 1;
    const manifest = result.objects.get(outputPaths.manifest);
    const { totals } = JSON.parse(Buffer.from(manifest ?? []).toString()) as OutputManifest;
    expect(totals.failedByClass.refused, `seed ${seed}`).toBe(1);
    expect(totals.labelled, `seed ${seed}`).toBeGreaterThan(0);
  }
  // Not where a coordinator dies between the sends, and its successor finds the shard committed.
  expect(told).toBeGreaterThan(0.8 * historyCount);
});

it(`${historyCount} histories in which collectors refuse every outcome end with a job that has made nothing`, {
  timeout,
}, async () => {
  for (let seed = 1; seed <= historyCount; seed += 1) mustBeRight(await runDisagreeingHistory(seed, 'all items'));
});
