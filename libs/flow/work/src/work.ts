/**
 * The worker of one stage.
 *
 *   starting   waits until the engine serves the stage's model
 *   working    pulls a task while fewer answers are wanted than twice the slots; its items share the slots with the others'
 *   draining   (`stop` fired) pulls nothing; tasks under way are finished
 *   ended      the run is done, or `abort` fired: what is unfinished is handed back
 *
 * What a worker holds is bounded by items, not by messages. A task is kept from being delivered again as long as the engine
 * answers something; when nothing has been answered for `stallMs`, the engine hangs and the worker gives up.
 */
import {
  type AskedLine,
  type Chance,
  type Clock,
  type Codec,
  ConfigurationError,
  type Engine,
  type EngineModel,
  IntegrityError,
  type ItemReport,
  type OutcomeSink,
  RetryableError,
  type StageDefinition,
  type StageFile,
  type TaskDelivery,
  type TaskSource,
  UnavailableError,
} from '@proofmill/contract';
import { askerOf, fewestToDecide } from '@proofmill/judge';
import { type ChunkContext, itemsOf, runChunk } from './chunk.ts';
import { engineWatch } from './engine-watch.ts';
import { outcomeBatches } from './outcome-batches.ts';
import { scoreMemo } from './score-memo.ts';
import { type Slots, slotsOf } from './slots.ts';

/** An absence of the transport is worth a word after this long: streams appear a moment after their workers. */
const TELL_AFTER_MS = 5000;

/** Outcomes waiting to be stored, at which no more tasks are taken: back-pressure from a full stream. */
const UNSTORED_BYTES = 8 * 1024 * 1024;

/** So many damaged tasks without a whole one between them are not the fault of the tasks. */
const DAMAGED_IN_A_ROW = 20;

export interface WorkTimes {
  readonly batchAgeMs: number;
  readonly heartbeatMs: number;
  readonly stallMs: number;
  readonly engineProbeMs: number;
  readonly engineDownMs: number;
  readonly transportDownMs: number;
}

export const defaultWorkTimes: WorkTimes = {
  batchAgeMs: 200,
  heartbeatMs: 20_000,
  stallMs: 30 * 60_000,
  engineProbeMs: 1000,
  engineDownMs: 10 * 60_000,
  transportDownMs: 10 * 60_000,
};

export interface WorkOptions {
  readonly stage: StageFile;
  readonly tasks: TaskSource;
  readonly sink: OutcomeSink;
  readonly engine: Engine;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Answers in flight. */
  readonly slots: number;
  readonly times?: WorkTimes;
  /** Fires to stop taking work. */
  readonly stop: AbortSignal;
  /** Fires to stop working. */
  readonly abort: AbortSignal;
  readonly onOutcome?: (body: ItemReport) => void;
  /** Called when engine or transport begin to be away, with a sentence. */
  readonly onTrouble?: (sentence: string) => void;
}

/**
 * Works until the run is done (`done`) or the worker was told to stop (`stopped`). Rejects with ConfigurationError when engine
 * and stage do not fit, UnavailableError when engine or transport were away too long.
 */
export async function work(options: WorkOptions): Promise<'done' | 'stopped'> {
  const { stage, tasks, sink, engine, codec, clock, chance, stop } = options;
  const times = options.times ?? defaultWorkTimes;
  const onTrouble = options.onTrouble ?? (() => undefined);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.abort, failed.signal]);
  const slots = slotsOf(options.slots);
  let lastAnswerMs = clock.now();
  let version: string | null = null;
  const context: ChunkContext = {
    stage,
    begin: askerOf(stage.definition),
    scores: scoreMemo(),
    version: () => version,
    codec,
    engine,
    slots,
    clock,
    chance,
    watch: engineWatch({
      engine,
      clock,
      probeMs: times.engineProbeMs,
      engineDownMs: times.engineDownMs,
      stop,
      signal,
      onDown: () => onTrouble('the engine does not answer; waiting for it'),
    }),
    batches: outcomeBatches({ sink, clock, chance, signal, ...times }),
    alone: aloneIn(slots, signal),
    onAnswer: () => {
      lastAnswerMs = clock.now();
    },
    onOutcome: options.onOutcome ?? (() => undefined),
  };

  const answersPerItem = answersAtOnce(stage.definition);
  const running = new Set<Promise<void>>();
  const held = new Set<TaskDelivery>();
  let wantedAnswers = 0;
  let damagedInARow = 0;
  let wake = (): void => undefined;

  const onItemEnded = (): void => {
    wantedAnswers -= answersPerItem;
    wake();
  };

  const run = async (delivery: TaskDelivery, items: readonly AskedLine[]): Promise<void> => {
    let unended = items.length;
    wantedAnswers += unended * answersPerItem;
    const onOutcome = (body: ItemReport): void => {
      unended -= 1;
      onItemEnded();
      context.onOutcome(body);
    };
    try {
      await runChunk(delivery, items, { ...context, onOutcome }, signal);
    } catch (error) {
      if (!signal.aborted) failed.abort(error);
      await delivery.release(0).catch(() => undefined);
    } finally {
      for (; unended > 0; unended -= 1) onItemEnded();
      held.delete(delivery);
      wake();
    }
  };

  version = await engineServes(options, times, signal);
  const extending = extendHeld();
  try {
    const ended = await pullTasks();
    // All is committed: what is still under way was asked before, by somebody else.
    if (ended === 'done') return ended;
    await Promise.all(running);
    if (failed.signal.aborted) throw failed.signal.reason;
    return ended;
  } finally {
    failed.abort(new Error('the worker has ended'));
    await Promise.all([...running, extending]);
  }

  async function pullTasks(): Promise<'done' | 'stopped'> {
    const intake = AbortSignal.any([stop, signal]);
    let awaySinceMs: number | null = null;
    let told = false;
    while (!intake.aborted) {
      const full = wantedAnswers >= 2 * slots.total || context.batches.pendingBytes >= UNSTORED_BYTES;
      if (full && running.size > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      try {
        const pulled = await tasks.pull(1, intake);
        awaySinceMs = null;
        told = false;
        if (pulled === 'done') return 'done';
        for (const delivery of pulled) {
          held.add(delivery);
          const items = intake.aborted ? null : await readTask(delivery);
          if (items === null) {
            held.delete(delivery);
            await delivery.release(0).catch(() => undefined);
            continue;
          }
          const task = run(delivery, items).finally(() => running.delete(task));
          running.add(task);
        }
      } catch (error) {
        if (intake.aborted) break;
        if (!(error instanceof UnavailableError) && !(error instanceof RetryableError)) throw error;
        awaySinceMs ??= clock.now();
        if (!told && clock.now() - awaySinceMs > TELL_AFTER_MS) {
          told = true;
          onTrouble(`waiting for the transport: ${error.message}`);
        }
        if (clock.now() - awaySinceMs > times.transportDownMs) throw error;
        await clock.sleep(1000 * (0.5 + chance()), intake);
      }
    }
    return 'stopped';
  }

  /** The items of a task; null for a damaged one, which is dropped. */
  async function readTask(delivery: TaskDelivery): Promise<readonly AskedLine[] | null> {
    try {
      const items = await itemsOf(delivery, stage, codec);
      damagedInARow = 0;
      return items;
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      damagedInARow += 1;
      if (damagedInARow >= DAMAGED_IN_A_ROW) {
        throw new IntegrityError(
          `the last ${damagedInARow} tasks were damaged: what lies between the coordinator and this worker, or its memory, is not to be trusted (${error.message})`,
          { cause: error },
        );
      }
      // The coordinator finds the chunk missing, and sends it again from its pack.
      onTrouble(`a task of shard ${delivery.header.shard} is damaged and dropped: ${error.message}`);
      await delivery.acknowledge().catch(() => undefined);
      return null;
    }
  }

  async function extendHeld(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(times.heartbeatMs, signal);
      if (slots.free === slots.total) lastAnswerMs = clock.now();
      if (clock.now() - lastAnswerMs > times.stallMs) {
        failed.abort(
          new UnavailableError('engine-hangs', `the engine has answered nothing for ${times.stallMs / 1000} s`),
        );
      }
      if (!signal.aborted) await Promise.all([...held].map((delivery) => delivery.extend().catch(() => undefined)));
    }
  }
}

/** Answers that an item begins with. */
function answersAtOnce(definition: StageDefinition): number {
  if (definition.kind === 'prove') return definition.candidates;
  const { max, stop } = definition.first?.votes ?? definition.votes;
  return fewestToDecide({ one: 0, other: 0, tie: 0 }, { left: max, ties: false }, stop);
}

/** Waits for the engine, refuses one that serves other models, and gives its version. */
async function engineServes(options: WorkOptions, times: WorkTimes, signal: AbortSignal): Promise<string | null> {
  const { engine, clock, stage, stop } = options;
  const { definition } = stage;
  const since = clock.now();
  for (let attempt = 0; !signal.aborted && !stop.aborted; attempt += 1) {
    try {
      const models = await engine.models(signal);
      const judges = definition.kind === 'label' && definition.first ? [definition, definition.first] : [definition];
      for (const judge of judges) refuseUnfit(models, judge);
      return await engine.version(signal);
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof UnavailableError) && !(error instanceof RetryableError)) throw error;
      if (attempt === 0) options.onTrouble?.(`waiting for the engine: ${error.message}`);
      if (clock.now() - since > times.engineDownMs) throw error;
      await clock.sleep(times.engineProbeMs, AbortSignal.any([signal, stop]));
    }
  }
  return null;
}

function refuseUnfit(
  models: readonly EngineModel[],
  { engine: { model }, sampling: { maxTokens }, profile }: Pick<StageDefinition, 'engine' | 'sampling' | 'profile'>,
): void {
  const found = models.find((one) => one.id === model);
  if (!found) {
    throw new ConfigurationError(
      `the engine serves ${models.map((one) => one.id).join(', ') || 'no model'}, the job asks for ${model}: set engine.model, or start the engine with --served-model-name ${model}`,
    );
  }
  if (profile.endpoint === 'chat' && found.maxTokens !== null && maxTokens >= found.maxTokens) {
    throw new ConfigurationError(
      `sampling.maxTokens is ${maxTokens}, but the engine holds ${found.maxTokens} tokens of prompt and answer together: lower it, or raise --max-model-len`,
    );
  }
}

/** Gives all slots to one item at a time, once nothing else is in the engine. */
function aloneIn(slots: Slots, signal: AbortSignal): ChunkContext['alone'] {
  return async (run) => {
    await slots.take(slots.total, signal);
    try {
      return await run(slotsOf(slots.total));
    } finally {
      slots.give(slots.total);
    }
  };
}
