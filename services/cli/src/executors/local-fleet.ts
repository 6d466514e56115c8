/** The workers and the collectors of each stage, in this process, around a transport in memory. */
import { openJournals, openStore } from '@proofmill/blob';
import { collectPartition } from '@proofmill/collect';
import {
  type Clock,
  type Dispatch,
  type Journals,
  type StageDefinition,
  type StageFile,
  type StageSpec,
  stagePaths,
  stageSpecOf,
  UnavailableError,
} from '@proofmill/contract';
import type { Coordinated } from '@proofmill/coordinate';
import type { Progress } from '@proofmill/coordinator';
import { isCommitted } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import type { JobFile } from '@proofmill/job-files';
import { type MemoryTransport, memoryTransport } from '@proofmill/memory';
import { defaultWorkTimes, type StageEngines, work, workMeter } from '@proofmill/work';
import { engineTimesOf } from './flags.ts';

export interface LocalOptions {
  readonly jobFile: JobFile;
  /** The engines of each worker of a stage; opened when the stage begins. */
  readonly enginesOf: (spec: StageSpec, definition: StageDefinition) => Promise<[StageEngines, ...StageEngines[]]>;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly progress: Progress;
}

export interface LocalFleet {
  /** Fires with the error of the first role that fails. */
  readonly failed: AbortSignal;
  journalsOf(stage: StageFile): Journals;
  dispatchOf(stage: StageFile): Dispatch;
  /** Starts the roles of a stage. */
  begin(stage: StageFile): void;
  /**
   * Resolves when all roles have ended. Rejects with the error of the first one that failed. At a limit of the job, requests in
   * flight are aborted, and what was answered is collected.
   */
  end(how: Coordinated['ended']): Promise<void>;
  /** Ends all roles, then rejects with the first error: this one, or that of a role. */
  fail(error: unknown): Promise<never>;
}

export function localFleet(options: LocalOptions, clock: Clock): LocalFleet {
  const { stop, jobFile } = options;
  const root = jobFile.job.spec.output.uri;
  const failed = new AbortController();
  const ended = new AbortController();
  const limited = new AbortController();
  const over = AbortSignal.any([ended.signal, failed.signal]);
  const transports = new Map<string, MemoryTransport>();
  const roles: Promise<void>[] = [];
  const working: Promise<void>[] = [];

  const transportOf = (stage: StageFile): MemoryTransport => {
    const known = transports.get(stage.run) ?? memoryTransport({ clock, stage });
    transports.set(stage.run, known);
    return known;
  };
  /** A role that fails ends the rest with its error. */
  const beginRole = (role: () => Promise<void>): Promise<void> => {
    const life = role().catch((error: unknown) => failed.abort(error));
    roles.push(life);
    return life;
  };

  return {
    failed: failed.signal,
    journalsOf: ({ definition }) => openJournals(root, stagePaths(definition.name).journal),
    dispatchOf: (stage) => transportOf(stage).dispatch,
    begin(stage) {
      const signals = { over, failed: failed.signal, limited: limited.signal };
      const inProcess = { stage, transport: transportOf(stage), clock, ...signals };
      const collecting = new AbortController();
      const life = beginRole(async () => {
        try {
          await workersOfStage(inProcess, options);
        } finally {
          if (stop.aborted || failed.signal.aborted || limited.signal.aborted) collecting.abort();
        }
      });
      working.push(life);
      for (let partition = 0; partition < stage.partitions; partition += 1) {
        void beginRole(() => collectForStage(inProcess, partition, root, collecting.signal));
      }
    },
    async end(how) {
      if (how === 'limit') {
        limited.abort(new Error('a limit of the job is reached'));
        await Promise.all(working);
      }
      if (!stop.aborted) ended.abort();
      await Promise.all(roles);
      if (failed.signal.aborted) throw failed.signal.reason;
    },
    async fail(error) {
      failed.abort(error);
      await Promise.all(roles);
      throw failed.signal.reason;
    },
  };
}

interface StageInProcess {
  readonly stage: StageFile;
  readonly transport: MemoryTransport;
  readonly clock: Clock;
  /** Fires when the job has ended, or has failed. */
  readonly over: AbortSignal;
  readonly failed: AbortSignal;
  /** Fires when a limit of the job is reached: requests in flight are aborted. */
  readonly limited: AbortSignal;
}

const batchAgeMs = 20;
/** How long the collectors continue after the workers have stopped, so that their answers are kept. */
const drainMs = 10_000;
const drainPollMs = 25;

/** The workers of a stage. When they are stopped, their outcomes are collected before this resolves. */
async function workersOfStage(inProcess: StageInProcess, options: LocalOptions): Promise<void> {
  const { stage, transport, clock, limited } = inProcess;
  const { job } = options.jobFile;
  const spec = stageSpecOf(job, stage.definition.name);
  if (!spec) throw new RangeError(`the job has no stage ${stage.definition.name}`);
  // One that is complete when the job is resumed asks nothing, and its engine may be gone.
  if (await isCommitted(openStore(job.spec.output.uri), [stage])) return;
  const workers = await options.enginesOf(spec, stage.definition);
  await Promise.all(workers.map((engines) => workForStage(inProcess, options, spec, engines)));
  if (options.stop.aborted || limited.aborted) await drained(transport, stage.partitions, clock);
}

/** One worker of a stage. */
async function workForStage(
  { stage, transport, clock, over, failed, limited }: StageInProcess,
  { stop, abort, progress }: LocalOptions,
  spec: StageSpec,
  engines: StageEngines,
): Promise<void> {
  const meter = workMeter(engines);
  progress.follow(stage.definition.name, meter.read);
  const { engineWait, engineDown } = engineTimesOf(spec.fleet);
  await work({
    stage,
    tasks: transport.tasks,
    sink: transport.sink,
    ...meter.engines,
    codec: zstdCodec(),
    clock,
    chance: Math.random,
    slots: spec.fleet.slots,
    stop: AbortSignal.any([stop, over, limited]),
    abort: AbortSignal.any([abort, failed, limited]),
    times: { ...defaultWorkTimes, batchAgeMs, engineWaitMs: engineWait * 1000, engineDownMs: engineDown * 1000 },
    onOutcome: meter.onOutcome,
    onEngineTrouble: meter.onEngineTrouble,
    onTrouble: progress.report,
  });
}

/** The collector of a partition, until the job is over or `stop` fires. */
async function collectForStage(
  { stage, transport, clock, over }: StageInProcess,
  partition: number,
  root: string,
  stop: AbortSignal,
): Promise<void> {
  await collectPartition({
    stage,
    partition,
    store: openStore(root),
    journals: openJournals(root, stagePaths(stage.definition.name).journal),
    outcomes: transport.outcomes,
    codec: zstdCodec(),
    clock,
    stop: AbortSignal.any([stop, over]),
    transportDownMs: Number.POSITIVE_INFINITY,
  });
}

async function drained({ dispatch }: MemoryTransport, partitions: number, clock: Clock): Promise<void> {
  const until = clock.now() + drainMs;
  // A run that is stopped before the coordinator has opened the transport has nothing in it.
  const mark = await dispatch.mark().catch((error: unknown) => {
    if (error instanceof UnavailableError) return null;
    throw error;
  });
  if (mark === null) return;
  for (let partition = 0; partition < partitions; partition += 1) {
    while (clock.now() < until && !(await dispatch.drained(partition, mark))) await clock.sleep(drainPollMs);
  }
}
