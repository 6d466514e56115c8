/** Damage to what a nats-server that does not run has stored. */
import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsServer } from '@proofmill/nats-server';

const jetstreamIn = (storeDir: string): string => join(storeDir, 'jetstream');

/** Copies what a running server has stored, which stands still meanwhile, as after a crash of the whole machine at this moment. */
export async function copyStore(nats: NatsServer, target: string): Promise<void> {
  await nats.kill('SIGSTOP');
  try {
    await mkdir(jetstreamIn(nats.storeDir), { recursive: true });
    await cp(jetstreamIn(nats.storeDir), target, { recursive: true });
  } finally {
    await nats.kill('SIGCONT');
  }
}

/** The server makes this folder in its store. */
export const emptyStore = ({ storeDir }: NatsServer): Promise<void> =>
  rm(jetstreamIn(storeDir), { recursive: true, force: true });

export async function restoreStore(nats: NatsServer, copy: string): Promise<void> {
  await emptyStore(nats);
  await cp(copy, jetstreamIn(nats.storeDir), { recursive: true });
}

/** The last blocks of all streams that hold something. */
async function lastBlocks({ storeDir }: NatsServer): Promise<string[]> {
  const streams = join(jetstreamIn(storeDir), '$G/streams');
  const last: string[] = [];
  for (const stream of (await readdir(streams).catch(() => [])).sort()) {
    const folder = join(streams, stream, 'msgs');
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.blk'));
    const numbers = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    const path = join(folder, `${numbers.at(-1)}.blk`);
    if (numbers.length > 0 && (await stat(path)).size > 0) last.push(path);
  }
  return last;
}

async function aBlock(nats: NatsServer, chance: () => number): Promise<string | null> {
  const blocks = await lastBlocks(nats);
  return blocks[Math.floor(chance() * blocks.length)] ?? null;
}

const nothingStored = 'no stream had stored anything';
const nameOf = (block: string): string => block.split('/').slice(-3).join('/');

/** Takes up to a third of a block from its end. Says what it did. */
export async function truncateBlock(nats: NatsServer, chance: () => number): Promise<string> {
  const block = await aBlock(nats, chance);
  if (block === null) return nothingStored;
  const { size } = await stat(block);
  const lost = 1 + Math.floor((chance() * size) / 3);
  await truncate(block, size - lost);
  return `${nameOf(block)} lost ${lost} of ${size} bytes`;
}

/** Changes a bit of a block. Says what it did. */
export async function flipBit(nats: NatsServer, chance: () => number): Promise<string> {
  const block = await aBlock(nats, chance);
  if (block === null) return nothingStored;
  const bytes = await readFile(block);
  const position = Math.floor(chance() * bytes.length);
  bytes[position] = (bytes[position] ?? 0) ^ (1 << Math.floor(chance() * 8));
  await writeFile(block, bytes);
  return `byte ${position} of ${bytes.length} of ${nameOf(block)} changed`;
}
