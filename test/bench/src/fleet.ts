/**
 * One run of the fleet, with every role a process of its own.
 *
 * The time runs from the first request that the engine accepts to the last manifest (by its time stamp). CPU time of the
 * coordinator counts from the first file of the plan, so it includes planning; that of the other parts counts from the first
 * request. All CPU time counts up to `_SUCCESS`, so it includes promotion, but neither loading code nor connecting.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { outputPaths, type StageFile, stagePaths } from '@proofmill/contract';
import { startNatsServer } from '@proofmill/nats-server';
import type { Child } from './child.ts';
import type { BenchEngine } from './engine.ts';
import { inFlight, shardRecords } from './options.ts';
import { busyMs, cpuMsOf, figuresOf } from './process-figures.ts';
import { endSoundly, startRole, waitFor } from './roles.ts';
import { stageOf } from './stage-file.ts';

export const parts = ['coordinator', 'worker', 'collector', 'nats-server'] as const;
export type Part = (typeof parts)[number];
export type ByPart = Readonly<Record<Part, number>>;

export interface FleetRun {
  readonly records: number;
  readonly seconds: number;
  readonly cpuMs: ByPart;
  readonly engineCpuMs: number;
  /** Share of the cores that processes outside the run took meanwhile. */
  readonly othersShare: number;
  readonly peakBytes: ByPart;
  readonly askedTwice: number;
  readonly stage: StageFile;
}

export interface FleetOptions {
  readonly engine: BenchEngine;
  readonly corpus: string;
  readonly records: number;
  readonly model: string;
  readonly folder: string;
  readonly profile: string | null;
}

const stageName = 'label';
const watchMs = 5;
const lookMs = 50;

/** Runs a job to its end, checks its output, and removes it. */
export async function runFleet(options: FleetOptions): Promise<FleetRun> {
  const { engine, records, folder } = options;
  const out = join(folder, 'output');
  const job = join(folder, 'job.yaml');
  await writeFile(job, jobText(options, out));
  await engine.reset();
  const paths = stagePaths(stageName);
  const inOutput = (path: string): boolean => existsSync(join(out, path));
  const profiling = options.profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const role = (...words: string[]): Child => startRole(words, profiling);

  await using nats = await startNatsServer({ storeDir: join(folder, 'nats') });
  await using collector = role('collector', '--out', out, '--nats', nats.url);
  await using coordinator = role('coordinator', '--job', job, '--nats', nats.url, '--json');
  const roles: Child[] = [collector, coordinator];
  const until = (event: string, check: () => boolean | Promise<boolean>, everyMs: number): Promise<void> =>
    waitFor(event, check, everyMs, roles);

  await until('the stage is opened', () => inOutput(paths.stage), watchMs);
  const slots = String(inFlight);
  const stageFile = join(out, paths.stage);
  await using worker = role(
    'worker',
    '--stage',
    stageFile,
    '--engine',
    engine.url,
    '--slots',
    slots,
    '--nats',
    nats.url,
  );
  roles.push(worker);
  const pids: Record<Part, number> = {
    coordinator: coordinator.pid,
    worker: worker.pid,
    collector: collector.pid,
    'nats-server': nats.pid,
  };
  await until('the plan is begun', () => inOutput(paths.start), watchMs);
  const coordinatorStartMs = cpuMsOf(coordinator.pid);
  await until('the engine is asked', async () => (await engine.totals()).requests > 0, 2 * watchMs);
  const startedAtMs = Date.now();
  const startMs = { ...byPart((part) => cpuMsOf(pids[part])), coordinator: coordinatorStartMs };
  const engineStartMs = cpuMsOf(engine.pid);
  const busyStartMs = busyMs();
  const ownStartMs = byPart((part) => cpuMsOf(pids[part]));

  // A role that has done its part ends earlier than the job: its last figures count.
  const cpuMs = byPart(() => 0);
  const peakBytes = byPart(() => 0);
  const look = (): void => {
    for (const part of parts) {
      const figures = figuresOf(pids[part]);
      if (figures === null) continue;
      cpuMs[part] = figures.cpuMs - startMs[part];
      peakBytes[part] = figures.peakBytes;
    }
  };
  const isDone = (): boolean => {
    look();
    return inOutput(outputPaths.success);
  };
  await until('the job is done', isDone, lookMs);
  const engineCpuMs = cpuMsOf(engine.pid) - engineStartMs;
  const ownMs = parts.reduce((sum, part) => sum + cpuMs[part] + startMs[part] - ownStartMs[part], engineCpuMs);
  const coreMs = availableParallelism() * (Date.now() - startedAtMs);
  const othersShare = Math.max(0, busyMs() - busyStartMs - ownMs) / coreMs;
  const manifests = join(out, paths.manifests);
  const endedMs = Math.max(...readdirSync(manifests).map((name) => statSync(join(manifests, name)).ctimeMs));

  const { askedTwice, answers } = await engine.totals();
  if (answers !== records)
    throw new Error(`${records} records and ${answers} answers: the run measures something else`);
  const stage = stageOf(await readFile(stageFile));
  await endSoundly(roles, out);
  await rm(out, { recursive: true });
  return {
    records,
    seconds: (endedMs - startedAtMs) / 1000,
    cpuMs,
    engineCpuMs,
    othersShare,
    peakBytes,
    askedTwice,
    stage,
  };
}

const byPart = (value: (part: Part) => number): Record<Part, number> => ({
  coordinator: value('coordinator'),
  worker: value('worker'),
  collector: value('collector'),
  'nats-server': value('nats-server'),
});

function jobText({ corpus, records, model, engine }: FleetOptions, out: string): string {
  return JSON.stringify({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'bench' },
    spec: {
      corpus: { uris: [corpus] },
      pipeline: [{ stage: stageName, judge: 'gram-r2', engine: { model, baseUrl: engine.url }, votes: { max: 1 } }],
      output: { uri: out, shards: Math.ceil(records / shardRecords) },
    },
  });
}
