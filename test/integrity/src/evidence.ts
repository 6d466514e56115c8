/** What is under way at a moment: what a fault may cost, by item. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { itemId, type PlanEntry, parseTaskSubject, stagePaths } from '@proofmill/contract';
import { frameReader } from '@proofmill/merge';
import { example } from '@proofmill/test-integration';
import type { Bed } from './bed.ts';
import { messagesIn } from './blocks.ts';
import { journalledItems } from './journalled.ts';

const stage = 'label';
/** Items of a chunk, and the most in a batch of outcomes. */
export const chunkItems = example.labelChunkItems;

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

/** The items of all tasks that are stored, whoever has them. */
export async function storedItems({ run, streams, job }: Bed): Promise<Set<string>> {
  if (run === null) return new Set();
  const { subjects } = await streams.tasks(run);
  return new Set((await Promise.all(subjects.map((subject) => itemsOfTask(job.out, subject)))).flat());
}

/** The items that a block of a stream is about, with tasks and outcomes that were acknowledged: it may have kept them. */
export async function itemsInBlock({ job }: Bed, block: Buffer): Promise<Set<string>> {
  const items = new Set<string>();
  for (const { subject, payload } of messagesIn(block)) {
    for (const item of await itemsOfTask(job.out, subject)) items.add(item);
    for (const { shard, index } of frameReader(crc32).feed(payload)) items.add(itemId(shard, index));
  }
  return items;
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

/** A killed server may lose what it has not written yet: a second of acknowledgements and messages, more on a busy machine. */
export const unwrittenMs = 4_000;

/** What NATS had not made durable: what workers hold, outcomes that are not journalled, and what happened a moment ago. */
export async function inNats(bed: Bed): Promise<Set<string>> {
  const held = await heldItems(bed);
  const open = await unjournalledItems(bed);
  return new Set([...held, ...open, ...bed.requests.itemsSince({ ms: unwrittenMs })]);
}

/**
 * The most items that pre-loss acknowledgements may cost: each of them may remove one message that has its number now. There are as many
 * as messages are with workers and collectors, and one more for each worker, which may just be taking a task.
 */
export async function mostMistaken({ run, streams, roles }: Bed): Promise<number> {
  if (run === null) return 0;
  return ((await streams.unacknowledged(run)) + roles.worker.length) * chunkItems;
}
