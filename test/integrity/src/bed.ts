/**
 * The bed of a job: its processes, each restarted when it dies, with proxies in between that can be cut, and the witness. Roles are
 * processes of the real command.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsServer, startNatsServer } from '@proofmill/nats-server';
import {
  type Engine,
  example,
  type JobFolder,
  type Role,
  startEngine,
  superviseRole,
  writeExample,
} from '@proofmill/test-integration';
import { type S3Proxy, startS3Proxy } from '@proofmill/test-kit';
import type { S3Server } from '@proofmill/versitygw';
import type { Baseline } from './baseline.ts';
import { type CutProxy, startCutProxy } from './cut-proxy.ts';
import type { JobPlan } from './plan.ts';
import { requestRecord, type RequestRecord } from './request-record.ts';
import { openStreams, type Streams } from './streams.ts';
import { type Witness, witnessOf } from './witness.ts';

export type RoleName = 'coordinator' | 'collector' | 'worker';

export interface BedOptions {
  readonly plan: JobPlan;
  readonly baseline: Baseline;
  /** Path of the nats-server. */
  readonly program: string;
  readonly s3: S3Server | null;
  /** Called when a coordinator says that nothing finishes any more, and looks into it. */
  readonly onStandstill: () => void;
  /**
   * Called when a coordinator says that it has mended a stream or a consumer: what workers hold may be delivered again. `isEmptied`: the
   * stream could not be read, and what was in it is gone.
   */
  readonly onMended: (isEmptied: boolean) => void;
}

export interface Bed extends AsyncDisposable {
  readonly folder: string;
  readonly job: JobFolder;
  /** The output as commands name it; `job.out` has the same as files of this machine. */
  readonly outUri: string;
  /** What a process needs to reach the output. */
  readonly outEnv: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly nats: NatsServer;
  readonly streams: Streams;
  readonly engine: Engine;
  readonly requests: RequestRecord;
  readonly witness: Witness;
  readonly proxies: Readonly<Record<RoleName | 'engine', CutProxy>>;
  /** The proxy in front of the object store, where the output lies in one. */
  readonly s3: S3Proxy | null;
  readonly roles: Readonly<Record<RoleName, Role[]>>;
  /** The name of the run; null until a coordinator has said it. */
  readonly run: string | null;
  /** Starts one more process of a role. */
  start(role: RoleName): void;
  /** Keeps the folder, with the output of all processes in it, for whoever looks for a bug. */
  keep(): Promise<string>;
}

/** Share of real time that the engine takes for an answer: 0.01 is about 44 ms. */
const timeScale = 0.01;

interface Parts {
  readonly mark: string;
  readonly job: JobFolder;
  readonly outUri: string;
  readonly proxies: Bed['proxies'];
  readonly env: Readonly<Record<string, string>>;
  readonly options: BedOptions;
  readonly witness: Witness;
  readonly onRun: (run: string) => void;
}

let beds = 0;

export async function openBed(options: BedOptions): Promise<Bed> {
  const { plan, baseline, program, s3: store } = options;
  beds += 1;
  const mark = `integrity-${process.pid}-${beds}`;
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-integrity-'));
  let isKept = false;
  await using opening = new AsyncDisposableStack();
  opening.defer(async () => {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  });
  const s3 = store ? opening.use(await startS3Proxy(store.env.AWS_ENDPOINT_URL ?? '')) : null;
  const outEnv = { ...store?.env, ...(s3 ? { AWS_ENDPOINT_URL: s3.endpoint } : {}) };
  const { job, outUri } = await writeJob(folder, options, mark);
  const nats = opening.use(await startNatsServer({ program }));
  const streams = opening.use(await openStreams(nats.url));
  const log = join(folder, 'requests.jsonl');
  const engine = await startEngine({ log, gold: job.corpus, mark, timeScale });
  opening.defer(() => engine.role.stop());
  const requests = requestRecord(log, baseline.itemsOfKey);
  const proxyTo = async (port: number) => opening.use(await startCutProxy(port));
  const proxies = {
    coordinator: await proxyTo(nats.port),
    collector: await proxyTo(nats.port),
    worker: await proxyTo(nats.port),
    engine: await proxyTo(Number(new URL(engine.url).port)),
  };
  const witness = witnessOf();
  const roles: Record<RoleName, Role[]> = { coordinator: [], collector: [], worker: [] };
  opening.defer(async () => {
    for (const role of [...roles.worker, ...roles.collector, ...roles.coordinator]) await role.stop();
  });
  let run: string | null = null;
  const onRun = (name: string): void => {
    if (run !== null) return;
    run = name;
    for (let number = 0; number < plan.workers; number += 1) start('worker');
  };
  const parts: Parts = { mark, job, outUri, proxies, env: outEnv, options, witness, onRun };
  const start = (role: RoleName): void => void roles[role].push(startRole(parts, role, roles[role].length));
  const opened = opening.move();
  const all = (): Role[] => [...roles.coordinator, ...roles.collector, ...roles.worker, engine.role];
  return {
    folder,
    job,
    outUri,
    outEnv,
    mark,
    nats,
    streams,
    engine,
    requests,
    witness,
    proxies,
    s3,
    roles,
    get run() {
      return run;
    },
    start,
    async keep() {
      isKept = true;
      const kept = join(folder, 'kept');
      await mkdir(kept, { recursive: true });
      await writeFile(
        join(kept, 'roles.log'),
        all()
          .map((role) => `${role.report()}${role.command.stdout}`)
          .join('\n'),
      );
      if (store) await cp(job.out, join(kept, 'out'), { recursive: true }).catch(() => undefined);
      await cp(nats.storeDir, join(kept, 'store'), { recursive: true }).catch(() => undefined);
      return kept;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function writeJob(
  folder: string,
  { plan, baseline, s3 }: BedOptions,
  mark: string,
): Promise<{ readonly job: JobFolder; readonly outUri: string }> {
  const { takeOver } = plan;
  if (!s3) {
    const job = await writeExample(folder, { ...baseline.example, takeOver });
    return { job, outUri: job.out };
  }
  const outUri = `s3://${s3.bucket}/${mark}`;
  const job = await writeExample(folder, { ...baseline.example, takeOver, outUri });
  return { job: { ...job, out: join(s3.folder, s3.bucket, mark) }, outUri };
}

function startRole(parts: Parts, role: RoleName, number: number): Role {
  const { mark, job, outUri, proxies, env } = parts;
  const words = {
    coordinator: ['--job', job.job, '--json'],
    collector: ['--out', outUri],
    worker: [
      ...['--stage', join(job.out, '.proofmill/label/stage.json'), '--slots', String(example.slots)],
      ...['--engine', `http://127.0.0.1:${proxies.engine.port}`],
    ],
  }[role];
  return superviseRole({
    name: `${role} ${number}`,
    words: () => [role, ...words],
    mark,
    env: {
      ...env,
      NATS_URL: `nats://127.0.0.1:${proxies[role].port}`,
      PROOFMILL_LOG: 'info',
    },
    ...(role === 'coordinator' ? { onLine: (line: string) => noteEvent(parts, line) } : {}),
  });
}

/** Takes note of a line of a coordinator. One that was killed may have left half of it. */
function noteEvent({ options, witness, onRun }: Parts, line: string): void {
  const event = eventIn(line);
  if (event.event === 'stage' && event.run) onRun(event.run);
  if (event.event === 'offer') witness.offered(event.items ?? 0);
  if (event.event !== 'notice') return;
  if (event.message?.includes('Nothing has finished for')) options.onStandstill();
  if (event.message?.includes('NATS ')) options.onMended(/created again|were removed/.test(event.message));
}

interface CoordinatorEvent {
  readonly event?: string;
  readonly run?: string;
  readonly items?: number;
  readonly message?: string;
}

function eventIn(line: string): CoordinatorEvent {
  try {
    return JSON.parse(line) as CoordinatorEvent;
  } catch {
    return {};
  }
}
