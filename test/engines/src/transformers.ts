/** Likelihoods by transformers, on the weights that the engine serves. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Message } from '@proofmill/contract';
import type { VllmInstall } from '@proofmill/vllm-cpu';

/** The token ids of a conversation with a text as its answer, and the log-probability of each token of the text. */
interface Scored {
  readonly prompt: number[];
  readonly logprobs: number[];
}

/** Scores each text as the answer to both conversations, in float32 and in a process of its own. Takes about 10 s. */
export async function scoredByTransformers(
  { layout, modelFolders }: VllmInstall,
  request: { given: readonly Message[]; alone: readonly Message[]; texts: readonly string[] },
): Promise<{ given: Scored; alone: Scored }[]> {
  const script = join(import.meta.dirname, 'python/likelihood.py');
  const environment = { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: join(layout.caches, 'huggingface') };
  const running = promisify(execFile)(layout.python, ['-I', script, modelFolders.smol], { env: environment });
  running.child.stdin?.end(JSON.stringify(request));
  const { stdout } = await running;
  return JSON.parse(stdout);
}
