/**
 * npm run demo:real [-- --engine URL --model NAME] [--corpus FILE ..] [--limit N] [--out DIR | --resume] [--executor local|nats]
 *
 * Labels and proves a few pairs with a real engine, through NATS. Without --engine it installs vLLM for this
 * machine's processor and a small model (once; it prints what it fetches), starts the server, and stops it at the end.
 *
 * It removes nothing. Without --out each demo has a new folder: demo-real-out, demo-real-2-out, and so on; --resume continues
 * in the last one.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import { setUpVllm, startVllm } from '@proofmill/vllm-cpu';
import { demoFolder } from './folder.ts';
import { proofmill, repository } from './proofmill.ts';

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

const report = (line: string): void => console.error(line);

async function run(engine: string, model: string, signal?: AbortSignal): Promise<number> {
  const out = values.out ?? demoFolder('demo-real', values.resume);
  const code = await proofmill(
    [
      'run',
      join(repository, 'examples/real.yaml'),
      ...['--executor', values.executor, '--engine', engine, '--model', model],
      ...['--out', out, '--limit', values.limit, '--show', '3'],
      ...(values.corpus ? ['--corpus', ...values.corpus] : []),
    ],
    { signal },
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
