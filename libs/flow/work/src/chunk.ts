/** One task: its items through the engine, their outcomes out, then its acknowledgement. */
import {
  type AskedLine,
  type Clock,
  type Codec,
  type ItemReport,
  type OutcomeMessage,
  partitionOf,
  RetryableError,
  type TaskDelivery,
  type TaskHeader,
  UnavailableError,
} from '@proofmill/contract';
import { encodeFrame } from '@proofmill/merge';
import { unlessHandedBack } from './handed-back.ts';
import { failedOutcome, type ItemContext, outcomeOf, publishable } from './item.ts';
import type { OutcomeBatches } from './outcome-batches.ts';
import type { Slots } from './slots.ts';

export interface ChunkContext extends Omit<ItemContext, 'place'> {
  readonly codec: Codec;
  readonly batches: OutcomeBatches;
  /** The next place in the queue for slots. */
  readonly nextPlace: () => number;
  /** Runs one item at a time with nothing else in the engine. */
  readonly alone: <Result>(run: (slots: Slots) => Promise<Result>) => Promise<Result>;
  /** Takes the error with which an engine was given up: the worker drains. */
  readonly onGivenUp: (error: Error) => void;
  /** Called with each outcome. */
  readonly onOutcome: (report: ItemReport, line: Pick<AskedLine, 'index'>) => void;
}

interface Chunk {
  readonly header: TaskHeader;
  readonly context: ChunkContext;
  readonly requests: ItemAborts;
}

/**
 * Asks about the items of a task. Resolves when every outcome is stored and the task acknowledged, or with `untouched` when all of
 * it was handed back. A task of which something is left out is acknowledged too: the coordinator finds that missing.
 */
export async function runChunk(
  delivery: TaskDelivery,
  items: readonly AskedLine[],
  context: ChunkContext,
  signal: AbortSignal,
): Promise<'acknowledged' | 'untouched'> {
  const stored = await storeOutcomes(delivery.header, items, context, signal);
  if (stored === 0 && items.length > 0) return 'untouched';
  await acknowledge(delivery, context.clock, signal);
  return 'acknowledged';
}

/** Resolves with the number of outcomes, when all of them are stored. */
async function storeOutcomes(
  header: TaskHeader,
  items: readonly AskedLine[],
  context: ChunkContext,
  signal: AbortSignal,
): Promise<number> {
  using requests = new ItemAborts(signal);
  const chunk: Chunk = { header, context, requests };
  try {
    if (header.alone) return await askAlone(items, chunk);
    return countOf(await Promise.all(items.map((line) => askAndPublish(line, chunk))));
  } catch (error) {
    requests.abortAll(error);
    throw error;
  }
}

const countOf = (stored: readonly boolean[]): number => stored.filter(Boolean).length;

/** Resolves with whether there was an outcome to store. */
async function askAndPublish(line: AskedLine, chunk: Chunk): Promise<boolean> {
  const report = await unlessHandedBack(ask(line, chunk.context.slots, chunk), chunk.context.onGivenUp);
  if (report !== null) await publish(line, report, chunk);
  return report !== null;
}

async function askAlone(items: readonly AskedLine[], chunk: Chunk): Promise<number> {
  const published: Promise<void>[] = [];
  const { alone, onGivenUp } = chunk.context;
  for (const line of items) {
    const asked = alone((slots) => ask(line, slots, chunk));
    const report = await unlessHandedBack(asked, onGivenUp);
    if (report === null) break;
    const stored = publish(line, report, chunk);
    stored.catch(() => undefined); // awaited below, once every item has been asked about
    published.push(stored);
  }
  await Promise.all(published);
  return published.length;
}

function ask(line: AskedLine, slots: Slots, { header, context, requests }: Chunk): Promise<ItemReport> {
  return requests.run(async (abort) => {
    const found = await outcomeOf(line, header, { ...context, slots, place: context.nextPlace() }, abort);
    const report = publishable(context.stage, line, found);
    context.onOutcome(report, line);
    return report;
  });
}

function publish(line: AskedLine, body: ItemReport, { header, context }: Chunk): Promise<void> {
  const { run, partitions } = context.stage;
  const { shard } = header;
  const outcome: OutcomeMessage = { v: 1, run, shard, index: line.index, itemDigest: line.digest, body };
  return context.batches.add(partitionOf(shard, partitions), frameOf(outcome, header.drive, context.codec));
}

/** An outcome that is too large for a frame becomes a failed one that says so. */
function frameOf(outcome: OutcomeMessage, drive: number, codec: Codec): Uint8Array {
  try {
    return encodeFrame(outcome, codec.crc32, drive);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { body } = outcome;
    const tokens = 'tokens' in body ? body.tokens : { prompt: 0, completion: 0 };
    return encodeFrame(
      { ...outcome, body: failedOutcome('outcome-too-large', error.message, tokens) },
      codec.crc32,
      drive,
    );
  }
}

/**
 * A controller for each item that is being asked about. All of them fire when the worker's signal does, and when the task
 * fails. AbortSignal.any for each item would do as well; it showed in profiles of the worker.
 */
class ItemAborts {
  readonly #signal: AbortSignal;
  readonly #controllers = new Set<AbortController>();
  readonly #onAbort = (): void => this.abortAll(this.#signal.reason);

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Rejects with the signal's reason where it has fired already. */
  async run<Result>(run: (abort: AbortController) => Promise<Result>): Promise<Result> {
    this.#signal.throwIfAborted();
    const abort = new AbortController();
    this.#controllers.add(abort);
    try {
      return await run(abort);
    } finally {
      this.#controllers.delete(abort);
    }
  }

  abortAll(reason: unknown): void {
    for (const controller of this.#controllers) controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

const mostAcknowledgements = 3;

/**
 * Reports to the transport that the task is done. Where that fails, the task is delivered again, or was lost with the
 * transport: either way its outcomes are stored, or found missing.
 */
async function acknowledge(delivery: TaskDelivery, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await delivery.acknowledge();
    } catch (error) {
      if (error instanceof UnavailableError) return;
      if (!(error instanceof RetryableError)) throw error;
      if (attempt >= mostAcknowledgements) return;
      await clock.sleep(error.afterMs, signal);
    }
  }
}
