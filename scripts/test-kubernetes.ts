/**
 * npm run test:kubernetes [-- --real-engine] [WORDS FOR VITEST ..]
 *
 * Brings what the tests on a cluster need beyond npm (see fetch:kubernetes), says what, and runs them: those of the cluster
 * itself, which bring up their own, then test/kubernetes, on the cluster whose kubeconfig KUBECONFIG names, if `npm run
 * cluster:up` brought it up, else on one that is brought up for them and taken down.
 * --real-engine: with the test whose engine is real vLLM on this machine's processor. WORDS: names of test files in
 * test/kubernetes, flags; with any, the cluster's own tests are left out.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findNatsServer } from '@proofmill/nats-server';
import { buildCluster, clusterSkipReason } from '@proofmill/one-node-cluster';
import { ToolError } from '@proofmill/process';
import { bringVersitygw } from '@proofmill/versitygw';

const root = join(import.meta.dirname, '..');
const say = (line: string): void => console.error(line);

const words = process.argv.slice(2);
const isReal = words.includes('--real-engine');
const files = words.filter((word) => word !== '--real-engine');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

/** Resolves with the exit code of the tests, which take their cluster down themselves when they get SIGTERM. */
function runTests(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--config', '../../vitest.config.ts', '--root', folder, '--no-file-parallelism', ...args],
    { cwd: root, env: { ...process.env, ...environment }, stdio: 'inherit' },
  );
  stop.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

try {
  // Where there can be no cluster the tests skip themselves and say why; nothing is fetched for that.
  if ((await clusterSkipReason()) === '') {
    await buildCluster({ log: say, signal: stop.signal });
    await bringVersitygw(say);
    await findNatsServer({ say });
  }
  const own = files.length > 0 ? 0 : await runTests('tools/one-node-cluster', [], { PROOFMILL_CLUSTER: '1' });
  // One file at a time: some take away what belongs to the whole cluster, as its definitions and its API server.
  const shared = stop.signal.aborted
    ? 1
    : await runTests('test/kubernetes', files, isReal ? { PROOFMILL_REAL_ENGINE: '1' } : {});
  process.exitCode = own || shared;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
