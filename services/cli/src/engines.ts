/** Engines by the address that a job gives: a server, or the built-in simulator in this process. */

import { resolve } from 'node:path';
import { openInputs } from '@proofmill/blob';
import {
  ConfigurationError,
  type Engine,
  type EngineSpec,
  firstEngineOf,
  isSameEngine,
  type Job,
  type Profile,
  type StageDefinition,
  type StageSpec,
} from '@proofmill/contract';
import { createSimulator, type Runner } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import type { StageEngines } from '@proofmill/work';
import { engineKey } from '@proofmill/worker';

export interface Engines extends Disposable {
  /** The engines of a stage. */
  of(spec: StageSpec, definition: StageDefinition): Promise<StageEngines>;
}

export const isSimulated = (baseUrl: string | undefined): boolean => baseUrl === 'simulator:';

/** A model that a stage asks, and its address. */
export interface AskedModel {
  readonly model: string;
  readonly address: string;
  /** What kind of engine serves it. */
  readonly runner: Runner;
}

/** The models that a stage asks: its own, and that of its first judge if it is another one or elsewhere. */
export function modelsOf(spec: StageSpec, definition: StageDefinition): [AskedModel, ...AskedModel[]] {
  const own = askedModel(spec.name, spec.engine, definition.profile);
  const first = definition.kind === 'label' ? definition.first : null;
  const engine = firstEngineOf(spec);
  if (!first || !engine) return [own];
  const asked = askedModel(`${spec.name}, first`, engine, first.profile);
  // A simulator answers as one kind of engine, so it needs another one for the other kind.
  const isOne = isSameEngine(engine, spec.engine) && (!isSimulated(asked.address) || asked.runner === own.runner);
  return isOne ? [own] : [own, asked];
}

/** ConfigurationError if the job gives no address of the engine. */
function askedModel(stage: string, { model, baseUrl }: EngineSpec, { endpoint }: Profile): AskedModel {
  if (baseUrl !== undefined) return { model, address: baseUrl, runner: endpoint === 'chat' ? 'generate' : 'pooling' };
  throw new ConfigurationError(
    `stage ${stage}: engine.baseUrl is missing. Give the address of a server (http://HOST:PORT, unix:///PATH), or "simulator:" for the built-in stand-in; or use --engine URL`,
  );
}

/**
 * The engines of a job. Each is opened once, by its address, and closed with the rest. `onNotice` takes a sentence when one is found not to
 * take a part of the API.
 */
export function enginesOf(job: Job, baseDir: string, onNotice: (sentence: string) => void): Engines {
  const open = new Map<string, ReturnType<typeof vllmEngine>>();

  const opened = async ({ model, address, runner }: AskedModel): Promise<Engine> => {
    const key = `${address} ${model} ${runner}`;
    const known = open.get(key);
    if (known) return known;
    const engine = isSimulated(address)
      ? vllmEngine({
          baseUrl: 'http://simulator',
          fetch: createSimulator({ model, runner, goldFiles: await corpusFiles(job, baseDir) }).fetch,
        })
      : vllmEngine({ baseUrl: address, ...engineKey(), onNotice });
    open.set(key, engine);
    return engine;
  };

  return {
    async of(spec, definition) {
      const [own, first] = modelsOf(spec, definition);
      const engine = await opened(own);
      return first ? { engine, firstEngine: await opened(first) } : { engine };
    },
    [Symbol.dispose]() {
      for (const engine of open.values()) engine.close();
    },
  };
}

/** The files that tell the simulator which response is better: those on this machine. It knows nothing of the rest of a corpus. */
export async function corpusFiles(job: Job, baseDir: string): Promise<string[]> {
  const uris = job.spec.corpus.uris.filter((uri) => !uri.startsWith('s3://'));
  const inputs = uris.length === 0 ? [] : await openInputs({ baseDir }).list(uris);
  return inputs.map((input) =>
    input.uri.startsWith('file://') ? new URL(input.uri).pathname : resolve(baseDir, input.uri),
  );
}
