/** Engines by the address that a job gives: a server, or the built-in simulator in this process. */

import { resolve } from 'node:path';
import { openInputs } from '@proofmill/blob';
import {
  ConfigurationError,
  type Engine,
  type Job,
  type Profile,
  type StageDefinition,
  type StageSpec,
} from '@proofmill/contract';
import { createSimulator, type Runner } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { engineByModel, type ServedModel } from '@proofmill/work';
import { engineKey } from '@proofmill/worker';

export interface Engines extends Disposable {
  /** The engine of a stage; several servers are combined into one. */
  of(spec: StageSpec, definition: StageDefinition): Promise<Engine>;
}

export const isSimulated = (baseUrl: string | undefined): boolean => baseUrl === 'simulator:';

/** A model that a stage asks, and its address. */
export interface AskedModel {
  readonly model: string;
  readonly address: string;
  /** What kind of engine serves it. */
  readonly runner: Runner;
}

/** The models that a stage asks: its own, and that of its first judge if it differs. */
export function modelsOf(spec: StageSpec, definition: StageDefinition): [AskedModel, ...AskedModel[]] {
  const own = askedModel(spec.name, spec.engine, definition.profile);
  const first = definition.kind === 'label' ? definition.first : null;
  if (!first || spec.stage !== 'label' || first.engine.model === own.model) return [own];
  return [own, askedModel(`${spec.name}, first`, spec.first?.engine ?? spec.engine, first.profile)];
}

/** ConfigurationError if the job gives no address of the engine. */
function askedModel(stage: string, { model, baseUrl }: StageSpec['engine'], { endpoint }: Profile): AskedModel {
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
      const [own, ...others] = modelsOf(spec, definition);
      const served = async (asked: AskedModel): Promise<ServedModel> => ({
        model: asked.model,
        engine: await opened(asked),
      });
      return engineByModel(await served(own), await Promise.all(others.map(served)));
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
