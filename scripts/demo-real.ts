/**
 * npm run demo:real [-- --engine URL --model NAME] [--corpus FILE ..] [--limit N] [--out DIR | --resume] [--executor local|nats]
 *
 * Labels and proves a few pairs with a real engine, through NATS. Without --engine it installs vLLM for this
 * machine's processor and a small model (once; it prints what it fetches), starts the server, and stops it at the end.
 *
 * It removes nothing. Without --out each demo has a new folder: demo-real-out, demo-real-2-out, and so on; --resume continues
 * in the last one.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import { setUpVllm, startVllm } from '@proofmill/vllm-cpu';

const { values } = parseArgs({
  options: {
    engine: { type: 'string' },
    model: { type: 'string' },
    corpus: { type: 'string', multiple: true },
    limit: { type: 'string', default: '20' },
    out: { type: 'string' },
    executor: { type: 'string', default: 'nats' },
    resume: { type: 'boolean', default: false },
  },
});

const root = join(import.meta.dirname, '..');
const report = (line: string): void => console.error(line);

/** Runs the command as a user would. Resolves with its exit code. */
function proofmill(words: readonly string[], signal?: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'services/cli/src/main.ts'), ...words], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to the child as well; this process must not end ahead of it.
  process.on('SIGINT', () => undefined);
  signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

/** The folder that --out names; without it the first free one, or with --resume the last one in use. */
function outputFolder(): string {
  if (values.out !== undefined) return values.out;
  const folder = (demo: number): string => `demo-real${demo === 1 ? '' : `-${demo}`}-out`;
  let demo = 1;
  while (existsSync(folder(demo))) demo += 1;
  return folder(values.resume ? Math.max(1, demo - 1) : demo);
}

async function run(engine: string, model: string, signal?: AbortSignal): Promise<number> {
  const out = outputFolder();
  const code = await proofmill(
    [
      'run',
      join(root, 'examples/real.yaml'),
      ...['--executor', values.executor, '--engine', engine, '--model', model],
      ...['--out', out, '--limit', values.limit, '--show', '3'],
      ...(values.corpus ? ['--corpus', ...values.corpus] : []),
    ],
    signal,
  );
  return code === 0 ? proofmill(['verify', out, '--deep']) : code;
}

async function main(): Promise<number> {
  if (values.engine) return run(values.engine, values.model ?? 'smol');
  try {
    const install = await setUpVllm({ log: report });
    report('starting vLLM with SmolLM2-135M-Instruct, which takes about half a minute');
    await using server = await startVllm(install, { model: 'smol' });
    report(`vLLM ${install.versions.vllm} is ready at ${server.baseUrl}; its log: ${server.logFile}`);
    const ended = new AbortController();
    let isDone = false;
    void server.exited.then(({ code, signal }) => {
      if (isDone) return;
      report(`vLLM has ended (${signal ?? `exit code ${code}`}); the end of its log shows why: ${server.logFile}`);
      ended.abort();
    });
    const result = await run(server.baseUrl, server.servedModel, ended.signal);
    isDone = true;
    return result;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    report(error.message);
    return error.exitCode;
  }
}

process.exitCode = await main();
