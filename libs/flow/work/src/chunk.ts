/** One task: its items through the engine, their outcomes out, then its acknowledgement. */
import {
  type AskedLine,
  bounds,
  type Codec,
  ConfigurationError,
  type EngineAnswer,
  type FailedOutcome,
  type FailureClass,
  type ItemReport,
  type OutcomeMessage,
  partitionOf,
  RetryableError,
  type StageFile,
  type TaskDelivery,
  TerminalError,
  type Tokens,
  UnavailableError,
} from '@proofmill/contract';
import type { Ask, askerOf } from '@proofmill/judge';
import { encodeFrame } from '@proofmill/merge';
import { decodePackLines } from '@proofmill/plan';
import { type AskContext, askEngine, SuspectError } from './ask.ts';
import { askToOutcome } from './ask-to-outcome.ts';
import type { OutcomeBatches } from './outcome-batches.ts';
import type { ScoreMemo } from './score-memo.ts';
import type { Slots } from './slots.ts';

export interface ChunkContext extends AskContext {
  readonly stage: StageFile;
  readonly begin: ReturnType<typeof askerOf>;
  readonly scores: ScoreMemo;
  /** The engine's version, as it said when the worker began. */
  readonly version: () => string | null;
  readonly codec: Codec;
  readonly batches: OutcomeBatches;
  /** Runs one item at a time with nothing else in the engine. */
  readonly alone: <Result>(run: (slots: Slots) => Promise<Result>) => Promise<Result>;
  /** Counts what became of an item. */
  readonly onOutcome: (body: ItemReport) => void;
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
  // A signal for each item, fired with the others when the task fails. AbortSignal.any for each item would do as well; it
  // showed in profiles of the worker.
  const asked = new Set<AbortController>();
  const callBack = (reason: unknown): void => {
    for (const item of asked) item.abort(reason);
  };
  const onAbort = (): void => callBack(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const ask = async (line: AskedLine, slots: Slots): Promise<ItemReport> => {
    signal.throwIfAborted();
    const calledBack = new AbortController();
    asked.add(calledBack);
    try {
      const body = await outcomeOf(line, header.drive, { ...context, slots }, calledBack);
      context.onOutcome(body);
      return body;
    } finally {
      asked.delete(calledBack);
    }
  };
  const publish = (line: AskedLine, body: ItemReport): Promise<void> => {
    const { run, partitions } = context.stage;
    const outcome: OutcomeMessage = {
      v: 1,
      run,
      shard: header.shard,
      index: line.index,
      itemDigest: line.digest,
      body,
    };
    return context.batches.add(partitionOf(header.shard, partitions), frameOf(outcome, context.codec));
  };
  try {
    await askAll();
  } catch (error) {
    callBack(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  await acknowledge(delivery, context, signal);

  async function askAll(): Promise<void> {
    if (header.alone) {
      const published: Promise<void>[] = [];
      for (const line of items) {
        const stored = publish(line, await context.alone((slots) => ask(line, slots)));
        stored.catch(() => undefined); // awaited below, when all are asked
        published.push(stored);
      }
      await Promise.all(published);
    } else {
      await Promise.all(items.map(async (line) => publish(line, await ask(line, context.slots))));
    }
  }
}

/** An outcome that is too large for a frame becomes a failed one that says so. */
function frameOf(outcome: OutcomeMessage, codec: Codec): Uint8Array {
  try {
    return encodeFrame(outcome, codec.crc32);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { body } = outcome;
    const tokens = 'tokens' in body ? body.tokens : { prompt: 0, completion: 0 };
    return encodeFrame({ ...outcome, body: failed('outcome-too-large', error.message, tokens) }, codec.crc32);
  }
}

const ACKNOWLEDGEMENTS = 3;

/**
 * Tells the transport that the task is done. When that cannot be told the task is delivered again, or was lost with the
 * transport: either way its outcomes are stored, or found missing.
 */
async function acknowledge(delivery: TaskDelivery, { clock }: ChunkContext, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await delivery.acknowledge();
    } catch (error) {
      if (error instanceof UnavailableError) return;
      if (!(error instanceof RetryableError)) throw error;
      if (attempt >= ACKNOWLEDGEMENTS) return;
      await clock.sleep(error.afterMs, signal);
    }
  }
}

async function outcomeOf(
  line: AskedLine,
  drive: number,
  context: ChunkContext,
  calledBack: AbortController,
): Promise<ItemReport> {
  const asking = context.begin(line);
  let servedModel: string | null = null;
  try {
    const outcome = await askToOutcome(asking, {
      maxAnswers: context.slots.total,
      async answer(ask) {
        const answer = await answerTo(ask, context, calledBack.signal);
        const isOwn = ask.request.model === context.stage.definition.engine.model;
        if (isOwn && 'model' in answer) servedModel = answer.model;
        return answer;
      },
    });
    if (outcome.type !== 'done' || servedModel === null) return outcome;
    return { ...outcome, served: { model: servedModel, version: context.version() } };
  } catch (error) {
    // Once one request of an item is lost, the answers to the others are wasted.
    calledBack.abort(error);
    if (error instanceof SuspectError) return { type: 'suspect', drive };
    if (error instanceof TerminalError) {
      return failed(error.code, error.message, asking.spent());
    }
    throw error;
  }
}

async function answerTo({ request, profile }: Ask, context: ChunkContext, signal: AbortSignal): Promise<EngineAnswer> {
  if (request.kind !== 'score') return askEngine(request, context, signal);
  try {
    return await context.scores.once(request, signal, () => askEngine(request, context, signal));
  } catch (error) {
    // An engine may lack any other feature; without this route no item of the stage has a score.
    if (!(error instanceof TerminalError) || error.code !== 'unsupported') throw error;
    throw new ConfigurationError(
      `${error.message} The judge ${profile.name} needs it: start its engine with --runner pooling, or give the address of the one that has it`,
      { cause: error },
    );
  }
}

const MESSAGE_CHARACTERS = 2000;

const failed = (failureClass: FailureClass, message: string, tokens: Tokens): FailedOutcome => ({
  type: 'failed',
  class: failureClass,
  message: message.slice(0, MESSAGE_CHARACTERS),
  answers: [],
  votes: [],
  tokens,
});
