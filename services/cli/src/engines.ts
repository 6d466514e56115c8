/** Engines by the address that a job gives: a server, or the built-in simulator in this process. */

import { resolve } from 'node:path';
import { directoryInputs } from '@proofmill/blob';
import { ConfigurationError, type Engine, type Job, type StageSpec } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { engineKey } from '@proofmill/worker';

export interface Engines extends Disposable {
  of(spec: StageSpec): Promise<Engine>;
}

export const isSimulated = (baseUrl: string | undefined): boolean => baseUrl === 'simulator:';

/** The engines of a job. Each is opened once, by its address, and closed with the rest. */
export function enginesOf(job: Job, baseDir: string): Engines {
  const open = new Map<string, ReturnType<typeof vllmEngine>>();
  return {
    async of(spec) {
      const address = engineAddress(spec);
      const key = `${address} ${spec.engine.model}`;
      const known = open.get(key);
      if (known) return known;
      const simulator = isSimulated(address)
        ? createSimulator({ model: spec.engine.model, goldFiles: await corpusFiles(job, baseDir) })
        : null;
      const engine = simulator
        ? vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch })
        : vllmEngine({ baseUrl: address, ...engineKey() });
      open.set(key, engine);
      return engine;
    },
    [Symbol.dispose]() {
      for (const engine of open.values()) engine.close();
    },
  };
}

/** ConfigurationError where the job does not say where the engine is. */
export function engineAddress(spec: StageSpec): string {
  const { baseUrl } = spec.engine;
  if (baseUrl !== undefined) return baseUrl;
  throw new ConfigurationError(
    `stage ${spec.name}: engine.baseUrl is missing. Give the address of a server (http://HOST:PORT, unix:///PATH), or "simulator:" for the built-in stand-in; or use --engine URL`,
  );
}

/** Where the simulator reads which response is better. */
export async function corpusFiles(job: Job, baseDir: string): Promise<string[]> {
  const inputs = await directoryInputs({ baseDir }).list(job.spec.corpus.uris);
  return inputs.map((input) =>
    input.uri.startsWith('file://') ? new URL(input.uri).pathname : resolve(baseDir, input.uri),
  );
}
