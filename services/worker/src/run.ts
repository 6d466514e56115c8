/** The worker's adapters: a frozen stage, a NATS server, the engine beside it. */
import { access, readFile } from 'node:fs/promises';
import {
  ConfigurationError,
  type Engine,
  IntegrityError,
  type ItemReport,
  type StageFile,
  stageFileSchema,
  unseal,
  type WorkActivity,
} from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamOutcomeSink, jetstreamTasks } from '@proofmill/jetstream';
import type { WorkerMeters } from '@proofmill/metrics';
import { type Logger, natsFilesOf, type PortDecorator, systemClock } from '@proofmill/runtime';
import type { VllmEngine } from '@proofmill/vllm';
import { defaultWorkTimes, type StageEngines, type WorkTimes, work, workMeter } from '@proofmill/work';
import { openEngine, parseAccess } from './engine-access.ts';

export interface WorkerOptions {
  /** Path of the stage.json of the run. */
  readonly stageFile: string;
  readonly nats: string;
  /** Address of the engine. */
  readonly engine: string;
  /** Address of the first judge's engine. Default: that of `engine`, if the model is the same. */
  readonly firstEngine?: string;
  /** How the engine is reached, as JSON: the fields of a job file's engine. */
  readonly engineAccess?: string;
  /** The same for `firstEngine`. */
  readonly firstEngineAccess?: string;
  /** Answers in flight. */
  readonly slots: number;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly log: Logger;
  /** Takes what reads the worker's counts, once, before it begins. */
  readonly onBegin?: (read: () => WorkActivity) => void;
  readonly times?: Partial<WorkTimes>;
  /** Path of a file; once it exists, the worker ends when it has had nothing to do for half a minute. */
  readonly mayLeave?: string;
  readonly decorate: PortDecorator;
  /** What the worker counts for a scrape; null where none may come. */
  readonly meters: WorkerMeters | null;
}

/** Works for one stage; see `work` for how it ends and what it rejects with. */
export async function runWorker(options: WorkerOptions): Promise<'done' | 'left' | 'stopped'> {
  const { nats, slots, stop, abort, log, decorate, mayLeave, meters } = options;
  const stage = await readStage(options.stageFile);
  const { run } = stage;
  await using connection = await connectNats({
    url: nats,
    ...natsFilesOf(process.env),
    name: 'worker',
    run,
    signal: stop,
    log: log.info,
  });
  if (meters) connection.watch(meters.onNats);
  const opened: VllmEngine[] = [];
  const open = (address: string, flag: string, access: string | undefined): Engine => {
    const onNotice = (sentence: string): void => log.warn(sentence, { engine: address });
    const engine = openEngine(address, parseAccess(access, flag), flag, onNotice);
    opened.push(engine);
    return decorate('engine', engine);
  };
  const clock = systemClock();
  const counts = { done: 0, failed: 0, suspect: 0 };
  try {
    const meter = workMeter(enginesOf(stage, options, open));
    options.onBegin?.(meter.read);
    const ended = await work({
      stage,
      tasks: decorate('tasks', jetstreamTasks(connection, stage)),
      sink: decorate('outcomes', jetstreamOutcomeSink(connection, { run })),
      ...meter.engines,
      codec: zstdCodec(),
      clock,
      chance: Math.random,
      slots,
      stop,
      abort,
      times: { ...defaultWorkTimes, ...options.times },
      ...(mayLeave === undefined ? {} : { mayLeave: () => exists(mayLeave) }),
      onEngineTrouble: (why) => {
        meter.onEngineTrouble(why);
        meters?.onEngineTrouble(why);
      },
      onTrouble: (sentence) => log.warn(sentence, { engine: options.engine }),
      onOutcome: (body: ItemReport, how) => {
        counts[body.type] += 1;
        meter.onOutcome(body, how);
        meters?.onOutcome(body, how);
      },
    });
    log.info(endSentences[ended], { ...counts, takenOver: meter.read().takenOver });
    return ended;
  } finally {
    for (const engine of opened) engine.close();
  }
}

const endSentences = {
  done: 'the run is done',
  left: 'nothing is left for this worker; others finish what they have under way',
  stopped: 'stopped',
} as const;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The engine of the stage, and that of its first judge where it is another one. */
function enginesOf(
  { definition }: StageFile,
  { engine, firstEngine, engineAccess, firstEngineAccess }: WorkerOptions,
  open: (address: string, flag: string, access: string | undefined) => Engine,
): StageEngines {
  const first = definition.kind === 'label' ? definition.first : null;
  const own = open(engine, '--engine-access', engineAccess);
  if (!first) return { engine: own };
  if (firstEngine !== undefined) {
    return { engine: own, firstEngine: open(firstEngine, '--first-engine-access', firstEngineAccess) };
  }
  if (first.engine.model === definition.engine.model) return { engine: own };
  throw new ConfigurationError(
    `the stage begins with ${first.engine.model}: give the address of its engine with --first-engine URL`,
  );
}

async function readStage(path: string): Promise<StageFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const sentence =
      error.code === 'ENOENT'
        ? `there is no ${path}: the coordinator writes it to the output folder when it begins the stage`
        : `${path}: the stage.json of the run cannot be read (${error.message})`;
    throw new ConfigurationError(sentence, { cause: error });
  });
  const unsealed = unseal(bytes);
  if (unsealed.state === 'damaged') {
    throw new IntegrityError(
      `${path} is damaged: its sha256 is not that of its content. Copy stage.json from the output folder again; if it is damaged there, remove it there and run the job again, which writes it`,
    );
  }
  const parsed = stageFileSchema.safeParse(unsealed.state === 'sound' ? unsealed.value : null);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    `${path} is not the stage.json of a run of this version; the coordinator writes it to the output folder, in .proofmill/<stage>/`,
    { cause: parsed.error },
  );
}
