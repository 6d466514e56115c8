/**
 * The worker of one stage.
 *
 *   starting   waits until the engine serves the stage's models
 *   working    pulls a task while few answers wait for a slot; the items of all tasks share the slots
 *   draining   (`stop` fired, or an engine was given up) pulls nothing and asks nothing; answers on their way are waited for, and the
 *              rest is handed back. So evidence against the items that an engine died with reaches the journals ahead of their next drive
 *   ended      the run is done, or nothing is left for this worker, or `abort` fired, or the worker failed: unfinished tasks are released
 *
 * What a worker holds is bounded by items, not by messages. Heartbeats extend the tasks it holds as long as it works.
 */
import type { Engine, EngineRequest } from '@proofmill/contract';
import { askerOf } from '@proofmill/judge';
import { AnswerForms } from './answer-forms.ts';
import { awaitEngine, type EngineVersions } from './await-engine.ts';
import { engineByJudge } from './engine-by-judge.ts';
import { EngineHealth, type HealthOptions } from './engine-health.ts';
import { HandedBackError } from './handed-back.ts';
import { beat } from './heartbeats.ts';
import { HeldTasks } from './held-tasks.ts';
import { OutcomeBatches } from './outcome-batches.ts';
import { scoreMemo } from './score-memo.ts';
import { ScoreRange } from './score-range.ts';
import { aloneIn, type Slots, slotsOf } from './slots.ts';
import { takeTasks } from './take-tasks.ts';
import { TaskReader } from './task-reader.ts';
import { TasksUnderWay } from './tasks-under-way.ts';
import { type CompleteOptions, type WorkOptions, withDefaults } from './work-options.ts';

/**
 * Works until the run is done (`done`), nothing is left for this worker and it may leave (`left`), or it is stopped (`stopped`). Rejects with ConfigurationError when engine and
 * stage do not fit, UnavailableError when engine or transport were away too long, IntegrityError when
 * damaged tasks come one after the other.
 */
export async function work(given: WorkOptions): Promise<'done' | 'left' | 'stopped'> {
  const gone = new AbortController();
  const options = withDefaults({ ...given, stop: AbortSignal.any([given.stop, gone.signal]) });
  const failed = new AbortController();
  const signal = AbortSignal.any([options.abort, failed.signal]);
  const fail = (error: unknown): void => {
    if (!signal.aborted) failed.abort(error);
  };

  const versions = await awaitEngine(options, signal);
  const { held, underWay } = beginWork(options, { versions, signal, fail, onGivenUp: (error) => gone.abort(error) });
  const { clock, times } = options;
  const beating = beat({ clock, held, heartbeatMs: times.heartbeatMs, signal }).catch(fail);
  try {
    const intake = AbortSignal.any([options.stop, signal]);
    const ended = await takeTasks({ ...options, reader: new TaskReader(options), held, underWay, intake });
    // Every item is committed: the tasks still under way repeat what another worker has finished.
    if (ended !== 'stopped') return ended;
    await underWay.ended();
    if (failed.signal.aborted) throw failed.signal.reason;
    if (gone.signal.aborted) throw gone.signal.reason;
    return ended;
  } finally {
    failed.abort(new Error('the worker has ended'));
    await Promise.all([underWay.ended(), beating]);
  }
}

interface Life {
  readonly versions: EngineVersions;
  /** Fires to stop working. */
  readonly signal: AbortSignal;
  /** Ends the worker with this error. */
  readonly fail: (error: unknown) => void;
  /** Lets the worker drain, and end with this error. */
  readonly onGivenUp: (error: Error) => void;
}

interface Work {
  readonly held: HeldTasks;
  readonly underWay: TasksUnderWay;
}

/** The state of a worker whose engine is up. */
function beginWork(options: CompleteOptions, { versions, signal, fail, onGivenUp }: Life): Work {
  const { stage, sink, codec, clock, chance, times, stop, onOutcome, onReply, onTrouble } = options;
  const engine = engineByJudge(options);
  const slots = slotsOf(options.slots, () => underWay.noteChange());
  closeOn(stop, slots, signal);
  let places = 0;
  const held = new HeldTasks();
  const underWay: TasksUnderWay = new TasksUnderWay({
    context: {
      stage,
      begin: askerOf(stage.definition),
      scores: scoreMemo(),
      scoreRange: new ScoreRange(),
      answerForms: new AnswerForms(),
      versions,
      codec,
      engine,
      slots,
      nextPlace: () => {
        places += 1;
        return places;
      },
      stop,
      clock,
      chance,
      healthOf: healthByEngine(options, {
        clock,
        engineDownMs: times.engineDownMs,
        stop,
        signal,
        onTrouble,
      }),
      batches: new OutcomeBatches({ sink, clock, chance, signal, ...times }),
      alone: aloneIn(slots, signal),
      onGivenUp,
      onReply,
    },
    onOutcome,
    held,
    signal,
    fail,
  });
  return { held, underWay };
}

/** No slot is given once the worker drains. `signal` ends the listening. */
function closeOn(stop: AbortSignal, slots: Slots, signal: AbortSignal): void {
  const close = (): void => slots.close(new HandedBackError());
  if (stop.aborted) close();
  else stop.addEventListener('abort', close, { once: true, signal });
}

/** What works and what does not is known for each kind of request to each engine. */
function healthByEngine(
  { engine, firstEngine, onEngineTrouble }: CompleteOptions,
  options: Omit<HealthOptions, 'engine' | 'onState'>,
): (request: EngineRequest) => EngineHealth {
  const known = new Map<string, EngineHealth>();
  const troubles = new Map<string, string>();
  const healthOf = (key: string, asked: Engine): EngineHealth =>
    new EngineHealth({
      ...options,
      engine: asked,
      onState(why) {
        if (why === null) troubles.delete(key);
        else troubles.set(key, why);
        onEngineTrouble([...troubles.values()].at(0) ?? null);
      },
    });
  return ({ judge = 'own', kind, model }) => {
    const key = `${judge} ${kind} ${model}`;
    const health = known.get(key) ?? healthOf(key, judge === 'first' ? firstEngine : engine);
    known.set(key, health);
    return health;
  };
}
