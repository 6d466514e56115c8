/** Engines by the address that a job gives: a server, or the built-in simulator in this process. */

import { resolve } from 'node:path';
import { openInputs } from '@proofmill/blob';
import {
  accessOf,
  addressesOf,
  ConfigurationError,
  canonicalJson,
  type EngineAccess,
  type EngineSpec,
  firstEngineOf,
  isSameEngine,
  type Job,
  type Profile,
  type StageDefinition,
  type StageSpec,
} from '@proofmill/contract';
import type { JobFile } from '@proofmill/job-files';
import { createSimulator, type Runner } from '@proofmill/simulator';
import { type VllmEngine, vllmEngine } from '@proofmill/vllm';
import type { StageEngines } from '@proofmill/work';
import { openEngine, readAccess } from '@proofmill/worker';

export interface Engines extends Disposable {
  /** The engines of a stage; of several servers of a model, the first. */
  of(spec: StageSpec, definition: StageDefinition): Promise<StageEngines>;
  /** The engines of each worker in this process: there is one for each server of the stage's model. */
  ofWorkers(spec: StageSpec, definition: StageDefinition): Promise<[StageEngines, ...StageEngines[]]>;
  /** The same, each with the model that it is asked for: the stage's own, and that of its first judge if it is another one. */
  each(spec: StageSpec, definition: StageDefinition): Promise<[OpenedEngine, ...OpenedEngine[]]>;
}

interface OpenedEngine {
  readonly asked: AskedModel;
  readonly engine: VllmEngine;
}

export const isSimulated = (address: string | undefined): boolean => address === 'simulator:';

/** A model that a stage asks, and its address. */
export interface AskedModel {
  readonly model: string;
  /** Of several servers, the first. */
  readonly address: string;
  /** Of all servers that serve it. Each worker asks one. */
  readonly addresses: readonly string[];
  /** What kind of engine serves it. */
  readonly runner: Runner;
  readonly access: EngineAccess;
  /** Names it in a sentence: `stage label: engine`. */
  readonly where: string;
}

interface Asking {
  /** The folder that paths of the job start at. */
  readonly baseDir: string;
  /** How many workers ask at the same time: each has its part of a rate. */
  readonly workers: number;
}

/** The models that a stage asks: its own, and that of its first judge if it is another one or elsewhere. */
export function modelsOf(spec: StageSpec, definition: StageDefinition, asking: Asking): [AskedModel, ...AskedModel[]] {
  const own = askedModel(`stage ${spec.name}: engine`, spec.engine, definition.profile, asking);
  const first = definition.kind === 'label' ? definition.first : null;
  const engine = firstEngineOf(spec);
  if (!first || !engine) return [own];
  const asked = askedModel(`stage ${spec.name}: first.engine`, engine, first.profile, asking);
  // A simulator answers as one kind of engine, so it needs another one for the other kind.
  const isOne = isSameEngine(engine, spec.engine) && (!isSimulated(asked.address) || asked.runner === own.runner);
  return isOne ? [own] : [own, asked];
}

/** The model as one of several workers asks it: at its own server. */
export const askedBy = (worker: number, asked: AskedModel): AskedModel => ({
  ...asked,
  address: asked.addresses[worker % asked.addresses.length] ?? asked.address,
});

/** Paths of the job start at its folder. */
function accessFrom(engine: EngineSpec, { baseDir, workers }: Asking): EngineAccess {
  const access = accessOf(engine, workers);
  return access.caFile === undefined ? access : { ...access, caFile: resolve(baseDir, access.caFile) };
}

/** ConfigurationError if the job gives no address of the engine. */
function askedModel(where: string, engine: EngineSpec, { endpoint }: Profile, asking: Asking): AskedModel {
  const { model } = engine;
  const addresses = addressesOf(engine);
  const [address] = addresses;
  const runner = endpoint === 'chat' ? 'generate' : 'pooling';
  if (address !== undefined) return { model, address, addresses, runner, access: accessFrom(engine, asking), where };
  throw new ConfigurationError(
    `${where}.baseUrl is missing. Give the address of a server (http://HOST:PORT, unix:///PATH), or "simulator:" for the built-in stand-in; or use --engine URL`,
  );
}

/**
 * The engines of a job. Each is opened once, by its address, and closed with the rest. `onNotice` takes a sentence when one is found not to
 * take a part of the API.
 */
export function enginesOf(job: Job, baseDir: string, onNotice: (sentence: string) => void): Engines {
  const open = new Map<string, VllmEngine>();

  const opened = async ({ model, address, runner, access, where }: AskedModel): Promise<VllmEngine> => {
    const key = canonicalJson([address, model, runner, access]);
    const known = open.get(key);
    if (known) return known;
    const engine = isSimulated(address)
      ? vllmEngine({
          baseUrl: 'http://simulator',
          fetch: createSimulator({ model, runner, goldFiles: await corpusFiles(job, baseDir) }).fetch,
        })
      : openEngine(address, access, where, onNotice);
    open.set(key, engine);
    return engine;
  };

  const each: Engines['each'] = async (spec, definition) => {
    const [own, first] = modelsOf(spec, definition, { baseDir, workers: 1 });
    const engine = await opened(own);
    return [{ asked: own, engine }, ...(first ? [{ asked: first, engine: await opened(first) }] : [])];
  };

  return {
    each,
    async of(spec, definition) {
      const [{ engine }, first] = await each(spec, definition);
      return first ? { engine, firstEngine: first.engine } : { engine };
    },
    async ofWorkers(spec, definition) {
      const workers = Math.max(1, addressesOf(spec.engine).length);
      const [own, first] = modelsOf(spec, definition, { baseDir, workers });
      const enginesOfWorker = async (worker: number): Promise<StageEngines> => {
        const engine = await opened(askedBy(worker, own));
        return first ? { engine, firstEngine: await opened(askedBy(worker, first)) } : { engine };
      };
      const others = Array.from({ length: workers - 1 }, (_, index) => enginesOfWorker(index + 1));
      return [await enginesOfWorker(0), ...(await Promise.all(others))];
    },
    [Symbol.dispose]() {
      for (const engine of open.values()) engine.close();
    },
  };
}

/**
 * Asks what the engines serve, as a worker does at its start: what a server says of itself decides which fields its requests have. A
 * server that does not answer will say so when it is asked.
 */
export async function introduced({ engine, firstEngine }: StageEngines, signal: AbortSignal): Promise<void> {
  for (const each of [engine, firstEngine]) await each?.models(signal).catch(() => null);
}

/** Throws ConfigurationError where a key or a file that the engines of a job need is missing: asked ahead of any work. */
export function refuseMissingAccess({ job, baseDir }: JobFile): void {
  for (const spec of job.spec.pipeline) {
    const first = firstEngineOf(spec);
    const engines = [
      { engine: spec.engine, where: 'engine' },
      ...(first ? [{ engine: first, where: 'first.engine' }] : []),
    ];
    for (const { engine, where } of engines) {
      if (!isSimulated(engine.baseUrl))
        readAccess(accessFrom(engine, { baseDir, workers: 1 }), `stage ${spec.name}: ${where}`);
    }
  }
}

/** The files that tell the simulator which response is better: those on this machine. It knows nothing of the rest of a corpus. */
export async function corpusFiles(job: Job, baseDir: string): Promise<string[]> {
  const { uris: all, folder = '.' } = job.spec.corpus;
  const uris = all.filter((uri) => !uri.startsWith('s3://'));
  const from = resolve(baseDir, folder);
  const inputs = uris.length === 0 ? [] : await openInputs({ baseDir: from }).list(uris);
  return inputs.map((input) =>
    input.uri.startsWith('file://') ? new URL(input.uri).pathname : resolve(from, input.uri),
  );
}
