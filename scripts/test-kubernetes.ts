/**
 * npm run test:kubernetes [-- --real-engine] [ARGUMENTS OF VITEST ..]
 *
 * Fetches and builds what the cluster tests need and npm does not install (see fetch:kubernetes), prints what that is, and runs
 * the tests: first those of tools/one-node-cluster, which start clusters of their own, then test/kubernetes. The latter use the
 * cluster of KUBECONFIG if `npm run cluster:up` started it, else one that exists only while they run.
 * --real-engine: includes the test whose engine is a real vLLM on this machine's processor. ARGUMENTS: names of test files in
 * test/kubernetes, flags; with any, the tests of tools/one-node-cluster are left out.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fetchNatsServer } from '@proofmill/nats-server';
import { buildArgo, buildCluster, buildKubeRouter, buildKueue, clusterSkipReason } from '@proofmill/one-node-cluster';
import { ToolError } from '@proofmill/process';
import { setUpHubClient } from '@proofmill/python';
import { buildVersitygw } from '@proofmill/versitygw';

const root = join(import.meta.dirname, '..');
const report = (line: string): void => console.error(line);

const words = process.argv.slice(2);
const isReal = words.includes('--real-engine');
const files = words.filter((word) => word !== '--real-engine');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

/** Resolves with the exit code of the tests. On SIGTERM they take their cluster down themselves. */
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
  // Without a cluster the tests skip themselves and say why, so nothing is fetched for them.
  if ((await clusterSkipReason()) === '') {
    await buildCluster({ log: report, signal: stop.signal });
    await buildVersitygw(report);
    await fetchNatsServer('2.14', { report });
    const needs = (name: string): boolean => files.length === 0 || files.some((file) => file.includes(name));
    if (needs('kueue')) await buildKueue({ log: report, signal: stop.signal });
    if (needs('argo')) await buildArgo({ log: report, signal: stop.signal });
    if (needs('weights')) await setUpHubClient(report);
    if (needs('network-policies')) await buildKubeRouter({ log: report, signal: stop.signal });
  }
  const own = files.length > 0 ? 0 : await runTests('tools/one-node-cluster', [], { PROOFMILL_CLUSTER: '1' });
  // One file at a time: some remove what the whole cluster shares, such as its definitions or its API server.
  const shared = stop.signal.aborted
    ? 1
    : await runTests('test/kubernetes', files, isReal ? { PROOFMILL_REAL_ENGINE: '1' } : {});
  process.exitCode = own || shared;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  report(error.message);
  process.exitCode = error.exitCode;
}
