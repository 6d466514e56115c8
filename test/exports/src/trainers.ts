import { dirname, join } from 'node:path';
import { pythonEnvironment } from '@proofmill/python';
import { setUpTrainer, setUpVllm } from '@proofmill/vllm-cpu';

/** What the tests run: programs of trainers, and the Python that has the loaders of the others. */
export interface Trainers {
  /** Folders of the programs `trl` and `llamafactory-cli`. */
  readonly programs: { readonly trl: string; readonly 'llama-factory': string };
  readonly python: string;
  /** Weights whose tokenizer the tests use. */
  readonly weights: string;
}

/**
 * Sets up TRL, LLaMA-Factory, and of OpenRLHF, Axolotl and verl what prepares rows. All of them use vLLM's PyTorch; LLaMA-Factory has transformers
 * and datasets of its own, which are older.
 * @throws {ToolError} configuration (no Python) or temporary (a download failed)
 */
export async function setUpTrainers(log: (line: string) => void): Promise<Trainers> {
  const install = await setUpVllm({ log });
  const environment = (name: 'llama-factory' | 'loaders'): Promise<string> =>
    pythonEnvironment({
      name: `exports-${name}`,
      requirements: join(import.meta.dirname, 'python', `${name}.txt`),
      python: { who: 'LLaMA-Factory', from: [3, 11], below: [3, 13] },
      behind: install.layout.python,
      log,
    });
  const trl = await setUpTrainer(install, log);
  const llamaFactory = dirname(await environment('llama-factory'));
  const python = await environment('loaders');
  return { programs: { trl, 'llama-factory': llamaFactory }, python, weights: install.modelFolders.smol };
}
