/** The local executor: all roles in one process, with the in-memory transport. Killing it is the loss of a transport. */
import { openJournals, openStore } from '@proofmill/blob';
import { collectPartition } from '@proofmill/collect';
import { type Engine, type StageDefinition, type StageFile, type StageSpec, stagePaths } from '@proofmill/contract';
import { type Coordinated, type CoordinatorEvents, coordinate } from '@proofmill/coordinate';
import { type JobFile, openCorpus, profilesOf } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { type MemoryTransport, memoryTransport } from '@proofmill/memory';
import { systemClock } from '@proofmill/runtime';
import { defaultWorkTimes, work } from '@proofmill/work';

export interface LocalOptions {
  readonly jobFile: JobFile;
  /** The engine of a stage; opened when the stage begins. */
  readonly engineOf: (spec: StageSpec, definition: StageDefinition) => Promise<Engine>;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly events: CoordinatorEvents;
}

const POLL_MS = 25;
/** Each look at an object store is some requests, which are paid for. */
const POLL_OBJECTS_MS = 250;
const BATCH_AGE_MS = 20;
/** How long the collectors go on when the workers have stopped, so that what was answered is kept. */
const SETTLE_MS = 10_000;

/** Runs a job; see `coordinate` for how it ends and what it rejects with. */
export async function runLocal({ jobFile, engineOf, stop, abort, events }: LocalOptions): Promise<Coordinated> {
  const { job, baseDir } = jobFile;
  const root = job.spec.output.uri;
  const store = openStore(root);
  const codec = zstdCodec();
  const clock = systemClock();
  const transports = new Map<string, MemoryTransport>();
  const failed = new AbortController();
  const ended = new AbortController();
  const roles: Promise<void>[] = [];

  const transportOf = ({ run, partitions }: StageFile): MemoryTransport => {
    const known = transports.get(run) ?? memoryTransport({ clock, partitions });
    transports.set(run, known);
    return known;
  };
  const journalsOf = ({ definition }: StageFile) => openJournals(root, stagePaths(definition.name).journal);
  /** A role that fails ends the others with its error. */
  const begin = (role: () => Promise<void>): void => {
    roles.push(role().catch((error: unknown) => failed.abort(error)));
  };

  const beginStage = (stage: StageFile): void => {
    const transport = transportOf(stage);
    const spec = job.spec.pipeline.find((one) => one.name === stage.definition.name);
    if (!spec) throw new RangeError(`the job has no stage ${stage.definition.name}`);
    const collecting = new AbortController();
    begin(async () => {
      try {
        await work({
          stage,
          tasks: transport.tasks,
          sink: transport.sink,
          engine: await engineOf(spec, stage.definition),
          codec,
          clock,
          chance: Math.random,
          slots: spec.fleet.slots,
          stop: AbortSignal.any([stop, ended.signal, failed.signal]),
          abort: AbortSignal.any([abort, failed.signal]),
          times: { ...defaultWorkTimes, batchAgeMs: BATCH_AGE_MS },
          onTrouble: (sentence) => events.onNotice?.(sentence),
        });
        if (stop.aborted) await drained(transport, stage);
      } finally {
        if (stop.aborted || failed.signal.aborted) collecting.abort();
      }
    });
    for (let partition = 0; partition < stage.partitions; partition += 1) {
      begin(async () => {
        await collectPartition({
          stage,
          partition,
          store,
          journals: journalsOf(stage),
          outcomes: transport.outcomes,
          codec,
          clock,
          stop: AbortSignal.any([collecting.signal, ended.signal, failed.signal]),
          transportDownMs: Number.POSITIVE_INFINITY,
        });
      });
    }
  };

  const drained = async ({ dispatch }: MemoryTransport, { partitions }: StageFile): Promise<void> => {
    const until = clock.now() + SETTLE_MS;
    const mark = await dispatch.mark();
    for (let partition = 0; partition < partitions; partition += 1) {
      while (clock.now() < until && !(await dispatch.drained(partition, mark))) await clock.sleep(POLL_MS);
    }
  };

  try {
    const coordinated = await coordinate({
      job,
      profiles: await profilesOf(job, baseDir),
      corpus: openCorpus(baseDir),
      store,
      journalsOf,
      dispatchOf: (stage) => transportOf(stage).dispatch,
      codec,
      clock,
      stop: AbortSignal.any([stop, failed.signal]),
      times: {
        pollMs: root.startsWith('s3://') ? POLL_OBJECTS_MS : POLL_MS,
        transportDownMs: Number.POSITIVE_INFINITY,
        lingerMs: 0,
      },
      events: {
        ...events,
        onStage(stage) {
          events.onStage?.(stage);
          beginStage(stage);
        },
      },
    });
    if (!stop.aborted) ended.abort();
    await Promise.all(roles);
    if (failed.signal.aborted) throw failed.signal.reason;
    return coordinated;
  } catch (error) {
    failed.abort(error);
    await Promise.all(roles);
    throw failed.signal.reason;
  }
}
