/**
 * Writes checkpoints of a partition as its journals grow: what the collector has read of the others, and what it has journalled itself. A
 * restart, of this collector or of the coordinator, reads the newest one and what follows it.
 */
import type { StageFile } from '@proofmill/contract';
import { createCheckpoint, type JournalView, type StageFolder, usableCheckpoint } from '@proofmill/folder';
import { encodeKnown } from '@proofmill/merge';
import type { PartitionShards } from './partition-shards.ts';

/** Bytes of journals between two checkpoints, which is what a restart reads at most. */
export const standardCheckpointBytes = 64 * 1024 * 1024;
/** Of what is written, a checkpoint is one part of so many at most: with many open records it is large, and comes later. */
const mostShare = 8;

export interface CheckpointingOptions {
  readonly folder: StageFolder;
  readonly stage: StageFile;
  readonly partition: number;
  readonly shards: PartitionShards;
  /** Epoch of the collector. */
  readonly epoch: number;
  readonly everyBytes: number;
}

export class Checkpointing {
  readonly #options: CheckpointingOptions;
  /** What the journals held at the last checkpoint, and how large it was. */
  #coveredBytes = 0;
  #lastBytes = 0;
  #created = 0;
  #isBuiltOn = false;

  constructor(options: CheckpointingOptions) {
    this.#options = options;
  }

  /** Whether the ledgers hold what a checkpoint says, and not what was read. */
  get isBuiltOn(): boolean {
    return this.#isBuiltOn;
  }

  /** The newest checkpoint that can be built on; null for none. */
  async newest(epochs: readonly number[]) {
    const { folder, partition, shards } = this.#options;
    const found = await usableCheckpoint(folder, partition, { epochs, committed: shards.committed });
    if (found) {
      this.#isBuiltOn = true;
      this.#coveredBytes = found.cut.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    return found;
  }

  /** Writes a checkpoint where the journals have grown enough since the last one. */
  async writeIfDue(view: JournalView): Promise<void> {
    const { folder, stage, partition, shards, epoch, everyBytes } = this.#options;
    const { bytes } = view;
    if (bytes - this.#coveredBytes < Math.max(everyBytes, mostShare * this.#lastBytes)) return;
    const known = [...shards.open].map(({ ledger }) => ({
      shard: ledger.entry.shard,
      frames: Buffer.from(encodeKnown(ledger)).toString('base64'),
    }));
    const checkpoint = {
      v: 1 as const,
      run: stage.run,
      partition,
      cut: view.cut().map((read) => ({ ...read, isOver: view.isOver(read.epoch) })),
      committed: shards.committed.ranges(),
      shards: known.filter(({ frames }) => frames !== ''),
    };
    this.#lastBytes = await createCheckpoint(folder, checkpoint, { epoch, number: this.#created });
    this.#created += 1;
    this.#coveredBytes = bytes;
  }
}
