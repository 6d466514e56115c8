/**
 * The worker of one stage.
 *
 *   starting   waits until the engine serves the stage's models
 *   working    pulls a task while fewer answers are wanted than twice the slots; the items of all tasks share the slots
 *   draining   (`stop` fired) pulls nothing; tasks under way are finished
 *   ended      the run is done, or `abort` fired, or the worker failed: unfinished tasks are released
 *
 * What a worker holds is bounded by items, not by messages. Heartbeats extend the tasks it holds as long as the engine answers
 * something; when the engine has requests and has answered none of them for `stallMs`, it hangs, and the worker gives up.
 */
import type { EngineRequest } from '@proofmill/contract';
import { askerOf } from '@proofmill/judge';
import { awaitEngine } from './await-engine.ts';
import { EngineHealth, type HealthOptions } from './engine-health.ts';
import { Heartbeats } from './heartbeats.ts';
import { HeldTasks } from './held-tasks.ts';
import { OutcomeBatches } from './outcome-batches.ts';
import { scoreMemo } from './score-memo.ts';
import { aloneIn, slotsOf } from './slots.ts';
import { takeTasks } from './take-tasks.ts';
import { TaskReader } from './task-reader.ts';
import { TasksUnderWay } from './tasks-under-way.ts';
import { type CompleteOptions, type WorkOptions, withDefaults } from './work-options.ts';

/**
 * Works until the run is done (`done`) or the worker is stopped (`stopped`). Rejects with ConfigurationError when engine and
 * stage do not fit, UnavailableError when engine or transport were away too long or the engine hangs, IntegrityError when
 * damaged tasks come one after the other.
 */
export async function work(given: WorkOptions): Promise<'done' | 'stopped'> {
  const options = withDefaults(given);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.abort, failed.signal]);
  const fail = (error: unknown): void => {
    if (!signal.aborted) failed.abort(error);
  };

  const version = await awaitEngine(options, signal);
  const { held, heartbeats, underWay } = beginWork(options, { version, signal, fail });
  const beating = heartbeats.beat().catch(fail);
  try {
    const intake = AbortSignal.any([options.stop, signal]);
    const ended = await takeTasks({ ...options, reader: new TaskReader(options), held, underWay, intake });
    // Every item is committed: the tasks still under way repeat what another worker has finished.
    if (ended === 'done') return ended;
    await underWay.ended();
    if (failed.signal.aborted) throw failed.signal.reason;
    return ended;
  } finally {
    failed.abort(new Error('the worker has ended'));
    await Promise.all([underWay.ended(), beating]);
  }
}

interface Life {
  /** The engine's version; null where it does not say. */
  readonly version: string | null;
  /** Fires to stop working. */
  readonly signal: AbortSignal;
  /** Ends the worker with this error. */
  readonly fail: (error: unknown) => void;
}

interface Work {
  readonly held: HeldTasks;
  readonly heartbeats: Heartbeats;
  readonly underWay: TasksUnderWay;
}

/** The state of a worker whose engine is up. */
function beginWork(options: CompleteOptions, { version, signal, fail }: Life): Work {
  const { stage, sink, engine, codec, clock, chance, times, stop, onOutcome, onTrouble } = options;
  const slots = slotsOf(options.slots);
  const held = new HeldTasks();
  const heartbeats = new Heartbeats({ clock, slots, held, signal, ...times });
  const underWay = new TasksUnderWay({
    context: {
      stage,
      begin: askerOf(stage.definition),
      scores: scoreMemo(),
      version,
      codec,
      engine,
      slots,
      clock,
      chance,
      healthOf: healthByModel({
        engine,
        clock,
        engineDownMs: times.engineDownMs,
        stop,
        signal,
        onTrouble,
      }),
      batches: new OutcomeBatches({ sink, clock, chance, signal, ...times }),
      alone: aloneIn(slots, signal),
      onAnswer: () => heartbeats.noteAnswer(),
      onOutcome,
    },
    held,
    signal,
    fail,
  });
  return { held, heartbeats, underWay };
}

/** What works and what does not is known for each kind of request and each model: they may have servers of their own. */
function healthByModel(options: HealthOptions): (request: EngineRequest) => EngineHealth {
  const known = new Map<string, EngineHealth>();
  return ({ kind, model }) => {
    const key = `${kind} ${model}`;
    const health = known.get(key) ?? new EngineHealth(options);
    known.set(key, health);
    return health;
  };
}
