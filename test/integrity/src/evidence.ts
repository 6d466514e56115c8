/** What is under way at a moment: what a fault may cost, by item. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemId, type PlanEntry, parseTaskSubject, stagePaths } from '@proofmill/contract';
import { example } from '@proofmill/test-integration';
import type { Bed } from './bed.ts';
import { journalledItems } from './journalled.ts';
import type { RunState, StreamKind } from './streams.ts';

const stage = 'label';
/** The most items of a chunk. */
export const chunkItems = example.labelChunkItems;
/** The most in a batch of outcomes: within its 200 ms a slot ends one item. */
const batchItems = example.slots;

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
  return new Set([...before, ...after, ...bed.requests.itemsSince(bytes)]);
}

/** What a run has in NATS; nothing while there is no run. */
export const stateOf = async ({ run, streams }: Bed): Promise<RunState> =>
  run === null ? { tasks: new Set(), numbers: { tasks: none, outcomes: none } } : await streams.state(run);

const none = { last: 0, unacknowledged: 0 };

/** The items that were asked about and whose tasks are in NATS again: a fault has undone their acknowledgement. */
export async function returnedItems({ job, requests }: Bed, before: RunState, after: RunState): Promise<string[]> {
  const asked = requests.items();
  const returned = [...after.tasks].filter((subject) => !before.tasks.has(subject));
  const items = (await Promise.all(returned.map((subject) => itemsOfTask(job.out, subject)))).flat();
  return items.filter((item) => asked.has(item));
}

/** The items of a task, by its subject; none for another subject. */
async function itemsOfTask(out: string, subject: string): Promise<string[]> {
  const task = parseTaskSubject(subject);
  if (task) return await itemsOfChunk(out, task.shard, task.chunk);
  const [, shard, index] = /\.tasks\.take-over\.(\d+)\.(\d+)$/.exec(subject) ?? [];
  return index === undefined ? [] : [itemId(Number(shard), Number(index))];
}

async function itemsOfChunk(out: string, shard: number, chunk: number): Promise<string[]> {
  return (await chunksOf(out, shard))[chunk] ?? [];
}

/** The items of each chunk of a shard; none while it is not planned. */
async function chunksOf(out: string, shard: number): Promise<string[][]> {
  const text = await readFile(join(out, stagePaths(stage).entry(shard)), 'utf8').catch(() => null);
  const chunks = text === null ? [] : (JSON.parse(text) as PlanEntry).chunks;
  return chunks.map(({ first, count }) => Array.from({ length: count }, (_, index) => itemId(shard, first + index)));
}

/** All items of the chunks of which something was asked that is not durable yet. */
export async function itemsOfOpenChunks(bed: Bed): Promise<Set<string>> {
  const open = await unjournalledItems(bed);
  const shards = await Promise.all(Array.from({ length: example.shards }, (_, shard) => chunksOf(bed.job.out, shard)));
  const chunks = shards.flat().filter((items) => items.some((item) => open.has(item)));
  return new Set(chunks.flat());
}

/** The items that were asked about and whose outcomes are not durable yet: they are with a worker or in NATS. */
export async function unjournalledItems({ job, requests }: Bed): Promise<Set<string>> {
  const durable = await journalledItems(job.out, stage);
  return new Set([...requests.items()].filter((item) => !durable.has(item)));
}

/** What NATS holds for others: the items of tasks that workers have, and of outcomes that are not journalled. */
export async function inNats(bed: Bed): Promise<Set<string>> {
  const held = await heldItems(bed);
  const open = await unjournalledItems(bed);
  return new Set([...held, ...open]);
}

/**
 * The most items that pre-loss acknowledgements may cost. Each of them may remove a message that has its number now, and only numbers that
 * were lost are given again.
 */
export function mostMistaken(before: RunState, after: RunState): number {
  const mistaken = (kind: StreamKind): number =>
    Math.min(before.numbers[kind].unacknowledged, Math.max(0, before.numbers[kind].last - after.numbers[kind].last));
  return mistaken('tasks') * chunkItems + mistaken('outcomes') * batchItems;
}
