/** What is under way at a moment: what a fault may cost, by item. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemId, type PlanEntry, stagePaths } from '@proofmill/contract';
import type { Bed } from './bed.ts';
import { journalledItems } from './journalled.ts';

const stage = 'label';

/**
 * The items of tasks that workers have. NATS says how many tasks are held, and not which: those of which some item was asked about, and, if
 * these are fewer, the next ones of each shard. Of a held task, items that nobody has asked about yet may be asked about by two workers.
 */
export async function heldItems({ run, streams, job, requests }: Bed): Promise<Set<string>> {
  if (run === null) return new Set();
  const { stored, held } = await streams.tasks(run);
  const asked = requests.items();
  const touched: string[][] = [];
  const untouched = new Map<number, string[][]>();
  for (const { shard, chunk } of [...stored].sort((a, b) => a.chunk - b.chunk)) {
    const items = await itemsOfChunk(job.out, shard, chunk);
    if (items.some((item) => asked.has(item))) touched.push(items);
    else untouched.set(shard, [...(untouched.get(shard) ?? []), items]);
  }
  const next = [...untouched.values()].flatMap((chunks) => chunks.slice(0, Math.max(0, held - touched.length)));
  return new Set([...touched, ...next].flat());
}

/** The same at any moment while something happens: a small task may begin and end meanwhile. */
export async function heldMeanwhile(bed: Bed, happen: () => Promise<unknown>): Promise<Set<string>> {
  const { bytes } = bed.requests;
  const before = await heldItems(bed);
  await happen();
  const after = await heldItems(bed);
  return new Set([...before, ...after, ...bed.requests.itemsSince({ bytes })]);
}

async function itemsOfChunk(out: string, shard: number, chunk: number): Promise<string[]> {
  const text = await readFile(join(out, stagePaths(stage).entry(shard)), 'utf8').catch(() => null);
  const { first = 0, count = 0 } = text === null ? {} : ((JSON.parse(text) as PlanEntry).chunks[chunk] ?? {});
  return Array.from({ length: count }, (_, index) => itemId(shard, first + index));
}

/** The items that were asked about and whose outcomes are not durable yet: they are with a worker or in NATS. */
export async function unjournalledItems({ job, requests }: Bed): Promise<Set<string>> {
  const durable = await journalledItems(job.out, stage);
  return new Set([...requests.items()].filter((item) => !durable.has(item)));
}

/** A killed server may lose what it has not written yet: a second of acknowledgements and messages, more on a busy machine. */
export const unwrittenMs = 4_000;

/** What NATS had not made durable: what workers hold, outcomes that are not journalled, and what happened a moment ago. */
export async function inNats(bed: Bed): Promise<Set<string>> {
  const held = await heldItems(bed);
  const open = await unjournalledItems(bed);
  return new Set([...held, ...open, ...bed.requests.itemsSince({ ms: unwrittenMs })]);
}
