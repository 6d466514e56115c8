import { join } from 'node:path';
import type { VllmModel } from '../install/layout.ts';
import type { VllmInstall } from '../install/setup.ts';
import { dataType } from './data-type.ts';
import type { ServerAddress } from './readiness.ts';

export interface StartVllmOptions {
  model: VllmModel;
  /** Port of 127.0.0.1; 0, the default, takes a free one. Unused with socketPath. */
  port?: number;
  /** The server listens on this unix socket instead of a port. A stale socket file there is removed first. */
  socketPath?: string;
  /** Tokens of prompt and answer together. Default 4096. */
  maxModelLen?: number;
  /** Requests that run concurrently; the rest wait. Default 16. */
  maxNumSeqs?: number;
  /** Size of the KV cache in GiB. Default: 2 in float32, else 1, which hold 46,592 tokens of the chat model. */
  kvCacheGib?: number;
  /** Appended to the command line of `vllm serve`, so they win. */
  extraArgs?: readonly string[];
  /** Receives stdout and stderr of all processes; emptied at each start. Default: a file in logs/ of the installation. */
  logFile?: string;
  /** How long a start may take before it counts as failed, in milliseconds. Default five minutes (usual: 30 to 70 s). */
  readyTimeoutMs?: number;
  /** Aborts a start or restart. It has no effect on a server that is ready. */
  signal?: AbortSignal;
}

/** The model name that requests use. */
export const servedModels: Record<VllmModel, string> = { smol: 'smol', 'smol-scalar': 'scalar' };

/** How long requests in flight may take to finish after SIGTERM. */
export const drainSeconds = 20;

/** The command line of vLLM, without the program. */
export function serveArgs(install: VllmInstall, options: StartVllmOptions, address: ServerAddress): string[] {
  const { model, maxModelLen = 4096, maxNumSeqs = 16, extraArgs = [] } = options;
  return [
    ...['serve', install.modelFolders[model], '--served-model-name', servedModels[model]],
    ...(model === 'smol' ? ['--dtype', dataType()] : ['--dtype', 'float32', '--runner', 'pooling']),
    ...['--max-model-len', String(maxModelLen), '--max-num-seqs', String(maxNumSeqs)],
    '--enforce-eager', // ready in half the time; compiling takes a minute and gains a fifth in speed
    // After each chunk of a chunked prefill, vLLM rewinds the request's seeded generator, which the CPU's generator cannot do: the
    // engine dies ("CPU Generator does not use offset"). So prompts are prefilled whole, and the budget fits the longest.
    ...(model === 'smol' ? ['--no-enable-chunked-prefill', '--max-num-batched-tokens', String(maxModelLen)] : []),
    ...['--generation-config', 'vllm'], // sampling defaults of the server, not of the model's folder
    ...['--shutdown-timeout', String(drainSeconds)], // with vLLM's default, 0, requests in flight never get an answer
    ...['--disable-access-log-for-endpoints', '/health,/v1/models,/metrics'],
    ...('socketPath' in address
      ? ['--uds', address.socketPath]
      : ['--host', '127.0.0.1', '--port', String(address.port)]),
    ...extraArgs,
  ];
}

/** The caller's environment without variables of Python and vLLM, and with all caches in the folder of the installation. */
export function serverEnvironment(
  install: VllmInstall,
  options: StartVllmOptions,
  scratchFolder: string,
): NodeJS.ProcessEnv {
  // With PYTHONDONTWRITEBYTECODE every start would compile all modules again, for 10 s.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PYTHON|VLLM_|HF_|TORCH)/.test(name));
  const { caches } = install.layout;
  return {
    ...Object.fromEntries(inherited),
    HF_HUB_OFFLINE: '1',
    VLLM_NO_USAGE_STATS: '1',
    DO_NOT_TRACK: '1',
    VLLM_CPU_KVCACHE_SPACE: String(options.kvCacheGib ?? (dataType() === 'float32' ? 2 : 1)),
    VLLM_HOST_IP: '127.0.0.1', // for the sockets between its own processes
    VLLM_CACHE_ROOT: join(caches, 'vllm'),
    VLLM_CONFIG_ROOT: join(caches, 'vllm-config'),
    HF_HOME: join(caches, 'huggingface'),
    TORCHINDUCTOR_CACHE_DIR: join(caches, 'inductor'),
    TRITON_CACHE_DIR: join(caches, 'triton'),
    // Even with --enforce-eager the compiler builds some helpers: the first prompt_logprobs stalls the engine for 17 s (8 s with a
    // warm cache), and fails without a C++ compiler.
    TORCHDYNAMO_DISABLE: '1',
    // Of the pattern that holds answers to a form; the default is 5, which a busy machine takes for a short one.
    VLLM_REGEX_COMPILATION_TIMEOUT_S: '60',
    XDG_CACHE_HOME: caches,
    TMPDIR: scratchFolder,
  };
}
