import { join } from 'node:path';
import type { VllmModel } from '../install/layout.ts';
import type { VllmInstall } from '../install/setup.ts';
import type { ServerAddress } from './readiness.ts';

export interface StartVllmOptions {
  model: VllmModel;
  /** Port of 127.0.0.1; 0, the default, takes a free one. Unused with socketPath. */
  port?: number;
  /** Listen on this unix socket instead of a port. A stale socket file there is removed first. */
  socketPath?: string;
  /** Tokens of prompt and answer together. Default 4096. */
  maxModelLen?: number;
  /** Requests that run at the same time; more wait. Default 16. */
  maxNumSeqs?: number;
  /** Room for the KV cache in GiB; 1, the default, holds 46,592 tokens. */
  kvCacheGib?: number;
  /** Added to the end of the command line of `vllm serve`, so they win. */
  extraArgs?: readonly string[];
  /** Gets stdout and stderr of all processes, which is emptied at each start. Default: a file in the install's logs/. */
  logFile?: string;
  /** How long a start may take before it counts as failed, in milliseconds. Default five minutes (usual: 30 to 70 s). */
  readyTimeoutMs?: number;
  /** Gives up a start, or a restart, that is under way. A server that is ready no longer heeds it. */
  signal?: AbortSignal;
}

/** What requests name as their model. */
export const servedModels: Record<VllmModel, string> = { smol: 'smol', 'smol-scalar': 'scalar' };

/** How long requests in flight may take to finish after SIGTERM. */
export const drainSeconds = 20;

/** The arguments of the vllm program. */
export function serveArgs(install: VllmInstall, options: StartVllmOptions, address: ServerAddress): string[] {
  const { model, maxModelLen = 4096, maxNumSeqs = 16, extraArgs = [] } = options;
  return [
    ...['serve', install.modelFolders[model], '--served-model-name', servedModels[model]],
    ...(model === 'smol' ? ['--dtype', 'bfloat16'] : ['--dtype', 'float32', '--runner', 'pooling']),
    ...['--max-model-len', String(maxModelLen), '--max-num-seqs', String(maxNumSeqs)],
    '--enforce-eager', // ready in half the time; compiling takes a minute here and gains a fifth in speed
    // A prompt that is prefilled in pieces has its seeded generator set back after each piece, which the CPU's generator
    // cannot do: the engine dies ("CPU Generator does not use offset"). Whole prompts only, so the budget holds the longest.
    ...(model === 'smol' ? ['--no-enable-chunked-prefill', '--max-num-batched-tokens', String(maxModelLen)] : []),
    ...['--generation-config', 'vllm'], // sampling defaults of the server, not of the model's folder
    ...['--shutdown-timeout', String(drainSeconds)], // with 0, vLLM's default, requests in flight hang unanswered
    ...['--disable-access-log-for-endpoints', '/health,/v1/models,/metrics'],
    ...('socketPath' in address
      ? ['--uds', address.socketPath]
      : ['--host', '127.0.0.1', '--port', String(address.port)]),
    ...extraArgs,
  ];
}

/** The caller's environment without what would change Python or vLLM, and with every cache in the install's folder. */
export function serverEnvironment(
  install: VllmInstall,
  options: StartVllmOptions,
  scratchFolder: string,
): NodeJS.ProcessEnv {
  // PYTHONDONTWRITEBYTECODE would make every start compile all modules again: 10 s.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PYTHON|VLLM_|HF_|TORCH)/.test(name));
  const { caches } = install.layout;
  return {
    ...Object.fromEntries(inherited),
    HF_HUB_OFFLINE: '1',
    VLLM_NO_USAGE_STATS: '1',
    DO_NOT_TRACK: '1',
    VLLM_CPU_KVCACHE_SPACE: String(options.kvCacheGib ?? 1),
    VLLM_HOST_IP: '127.0.0.1', // for the sockets between its own processes
    VLLM_CACHE_ROOT: join(caches, 'vllm'),
    VLLM_CONFIG_ROOT: join(caches, 'vllm-config'),
    HF_HOME: join(caches, 'huggingface'),
    TORCHINDUCTOR_CACHE_DIR: join(caches, 'inductor'),
    TRITON_CACHE_DIR: join(caches, 'triton'),
    // --enforce-eager leaves some helpers to the compiler: the first prompt_logprobs stalled the engine for 17 s (8 s
    // with its cache warm), and fails where there is no C++ compiler.
    TORCHDYNAMO_DISABLE: '1',
    XDG_CACHE_HOME: caches,
    TMPDIR: scratchFolder,
  };
}
