/**
 * The nats executor: every role is a process of its own, around a NATS server: the one of NATS_URL, or a temporary one that is
 * started here. A role that dies is started again; one that refuses its configuration ends the run.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '@proofmill/contract';
import type { Coordinated, OpenGeneration } from '@proofmill/coordinate';
import { coordinateGeneration, type Progress } from '@proofmill/coordinator';
import type { JobFile } from '@proofmill/job-files';
import { natsReplicasOf, processLog } from '@proofmill/runtime';
import { inGeneration } from './in-generation.ts';
import { type RoleProcesses, roleProcesses } from './role-processes.ts';
import { stageWorkers } from './stage-workers.ts';
import { temporaryNats } from './temporary-nats.ts';
import { fired, later } from './waiting.ts';

interface FleetOptions {
  readonly jobFile: JobFile;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  /** How long work in flight may take once `stop` has fired; `abort` fires then. */
  readonly graceSeconds: number;
  readonly progress: Progress;
}

export interface NatsExecutorOptions extends FleetOptions {
  /** The words that give a coordinator process this job. */
  readonly jobArguments: readonly string[];
  /** Takes a line of the coordinator's JSON. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
}

/** Roles that were asked to end for good take no longer than this. */
const endMs = 60_000;
/** A worker that is stopped at once gives its tasks back in this time. */
const releaseMs = 10_000;
/** How long workers may take to learn that a limit of the job is reached. */
const limitMs = 10_000;
/** What the workers published last is collected in this time. */
const collectMs = 1_500;

/** Runs a job to its end; gives the coordinator's exit code. */
export async function runOnNats(options: NatsExecutorOptions): Promise<number> {
  const { jobArguments, onEvent } = options;
  const code = await inFleet(
    options,
    ({ roles, startWorkers }) => {
      const coordinator = roles.start('coordinator', ['coordinator', ...jobArguments, '--json', '--every', '1'], {
        onLine(line) {
          const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
          if (event.event === 'stage') startWorkers(String(event.stage));
          onEvent(event);
        },
      });
      return coordinator.ended;
    },
    (code) => code === exitCodes.limitBroken,
  );
  return code ?? exitCodes.drained;
}

/** Runs a generation of a job's output; see `runGeneration` for how it ends. This process is its coordinator. */
export async function runGenerationOnNats(options: FleetOptions, opened: OpenGeneration): Promise<Coordinated> {
  const { jobFile, stop, progress } = options;
  const coordinated = await inFleet(
    { ...options, jobFile: inGeneration(jobFile, opened) },
    async ({ nats, roles, startWorkers }) =>
      coordinateGeneration(
        {
          jobFile,
          nats,
          natsReplicas: natsReplicasOf(),
          stop: AbortSignal.any([stop, roles.failed]),
          log: await processLog('coordinator', process.env.PROOFMILL_LOG ?? 'warn'),
          events: {
            ...progress,
            onStage(stage) {
              progress.onStage?.(stage);
              startWorkers(stage.definition.name);
            },
          },
        },
        opened,
      ),
    ({ ended }) => ended === 'limit',
  );
  return coordinated ?? { ended: 'stopped' };
}

interface Fleet {
  /** Address of the NATS server. */
  readonly nats: string;
  readonly roles: RoleProcesses;
  /** Starts the workers of a stage. */
  startWorkers(stage: string): void;
}

/** Collects and works around what coordinates. Gives null where `stop` fires first. */
async function inFleet<End>(
  options: FleetOptions,
  coordinate: (fleet: Fleet) => Promise<End>,
  isLimit: (end: End) => boolean,
): Promise<End | null> {
  const { jobFile, graceSeconds, stop, abort, progress } = options;
  const out = jobFile.job.spec.output.uri;
  // A worker needs no access to the object store of the output: its stage.json is copied here.
  await using copies = out.startsWith('s3://') ? await mkdtempDisposable(join(tmpdir(), 'proofmill-stages-')) : null;
  await using server = process.env.NATS_URL === undefined ? await temporaryNats(progress, stop) : null;
  const nats = process.env.NATS_URL ?? server?.url ?? '';
  const roles = roleProcesses({ nats, progress, stop });
  const folder = copies?.path ?? null;
  const start = stageWorkers({ jobFile, roles, progress, graceSeconds, copies: folder });
  const startWorkers = (stage: string): void => void start(stage).catch(roles.fail);

  const coordinated = coordinate({ nats, roles, startWorkers });
  roles.start('collector', ['collector', '--out', out]);
  stop.addEventListener('abort', () => roles.stop(isWorker), { once: true });
  try {
    const end = await Promise.race([coordinated, fired(stop), fired(roles.failed)]);
    if (roles.failed.aborted) throw roles.failed.reason;
    if (stop.aborted) await drainWorkers(roles, abort);
    // The workers have been told that nothing more is to be asked; what they published still goes through the collector.
    else if (end !== null && isLimit(end)) {
      await Promise.race([roles.ended(isWorker), later(limitMs)]);
      await later(collectMs);
    }
    return end;
  } finally {
    server?.letEnd();
    roles.stop();
    await Promise.race([roles.ended(), later(endMs)]);
  }
}

const isWorker = (name: string): boolean => name.startsWith('worker');

/** Workers end first: their answers still go through the collector. */
async function drainWorkers(roles: RoleProcesses, abort: AbortSignal): Promise<void> {
  const ended = roles.ended(isWorker);
  await Promise.race([ended, fired(abort)]);
  roles.stopAtOnce(isWorker);
  await Promise.race([ended, later(releaseMs)]);
  await Promise.race([later(collectMs), fired(abort)]);
}
