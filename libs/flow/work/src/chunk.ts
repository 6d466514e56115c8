/** One task: its items through the engine, their outcomes out, then its acknowledgement. */
import {
  bounds,
  type Codec,
  ConfigurationError,
  type Outcome,
  type PackLine,
  partitionOf,
  type StageFile,
  type TaskDelivery,
  TerminalError,
} from '@proofmill/contract';
import type { askerOf } from '@proofmill/judge';
import { encodeFrame } from '@proofmill/merge';
import { decodePackLines } from '@proofmill/plan';
import { type AskContext, askEngine, SuspectError } from './ask.ts';
import type { OutcomeBatches } from './outcome-batches.ts';
import type { Slots } from './slots.ts';

export type AskedLine = Extract<PackLine, { ask: true }>;

export interface ChunkContext extends AskContext {
  readonly stage: StageFile;
  readonly begin: ReturnType<typeof askerOf>;
  readonly codec: Codec;
  readonly batches: OutcomeBatches;
  /** Runs one item at a time with nothing else in the engine. */
  readonly alone: <Result>(run: (slots: Slots) => Promise<Result>) => Promise<Result>;
  /** Counts what became of an item. */
  readonly onOutcome: (body: Outcome['body']) => void;
}

/** The items that a task asks about. */
export async function itemsOf(delivery: TaskDelivery, stage: StageFile, codec: Codec): Promise<AskedLine[]> {
  const { header, frame } = delivery;
  if (header.stageDigest !== stage.stageDigest) {
    throw new ConfigurationError(
      `a task of run ${header.run} is for stage ${header.stageDigest.slice(0, 12)}, this worker has ${stage.stageDigest.slice(0, 12)}: start it with the stage.json of the run`,
    );
  }
  const only = header.only ? new Set(header.only) : null;
  const lines = decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
  return lines.filter((line): line is AskedLine => line.ask && (only === null || only.has(line.index)));
}

/** Asks about the items of a task. Resolves when every outcome is stored and the task acknowledged. */
export async function runChunk(
  delivery: TaskDelivery,
  items: readonly AskedLine[],
  context: ChunkContext,
  signal: AbortSignal,
): Promise<void> {
  const { header } = delivery;
  const one = async (line: AskedLine, slots: Slots): Promise<void> => {
    const body = await outcomeOf(line, header.drive, { ...context, slots }, signal);
    context.onOutcome(body);
    await publish(line, body);
  };
  const publish = (line: AskedLine, body: Outcome['body']): Promise<void> => {
    const { run, partitions } = context.stage;
    const outcome: Outcome = { v: 1, run, shard: header.shard, index: line.index, itemDigest: line.digest, body };
    return context.batches.add(partitionOf(header.shard, partitions), encodeFrame(outcome, context.codec.crc32));
  };
  if (header.alone) for (const line of items) await context.alone((slots) => one(line, slots));
  else await Promise.all(items.map((line) => one(line, context.slots)));
  await delivery.acknowledge();
}

async function outcomeOf(
  line: AskedLine,
  drive: number,
  context: ChunkContext,
  signal: AbortSignal,
): Promise<Outcome['body']> {
  const asking = context.begin(line);
  // Once one request of an item is lost the others are of no use: they are called back.
  const giveUp = new AbortController();
  const itemSignal = AbortSignal.any([signal, giveUp.signal]);
  try {
    for (let body = asking.outcome(); ; body = asking.outcome()) {
      if (body) return body;
      const asks = asking.wave(context.slots.total);
      if (asks.length === 0) throw new TypeError(`item ${line.index} wants no answers and has no outcome`);
      await Promise.all(
        asks.map(async (ask) => {
          const answer = await askEngine(ask.request, context, itemSignal);
          asking.read(ask, answer);
        }),
      );
    }
  } catch (error) {
    giveUp.abort(error);
    if (error instanceof SuspectError) return { type: 'suspect', drive };
    if (error instanceof TerminalError) {
      return {
        type: 'failed',
        class: error.code,
        message: error.message,
        answers: [],
        tokens: { prompt: 0, completion: 0 },
      };
    }
    throw error;
  }
}
