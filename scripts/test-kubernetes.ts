/**
 * npm run test:kubernetes [-- --real-engine] [WORDS FOR VITEST ..]
 *
 * Brings what the tests on a cluster need beyond npm (see fetch:kubernetes), says what, and runs them: on the cluster whose
 * kubeconfig KUBECONFIG names, if `npm run cluster:up` brought it up, else on one that is brought up for them and taken down.
 * --real-engine: with the test whose engine is real vLLM on this machine's processor. WORDS: names of test files, flags.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findNatsServer } from '@proofmill/jetstream';
import { buildCluster, ClusterError, clusterSkipReason } from './cluster/index.ts';
import { bringVersitygw } from './versitygw/index.ts';

const root = join(import.meta.dirname, '..');
const say = (line: string): void => console.error(line);

const words = process.argv.slice(2);
const isReal = words.includes('--real-engine');
const files = words.filter((word) => word !== '--real-engine');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

/** Resolves with the exit code of the tests, which take their cluster down themselves when they are told to end. */
function runTests(): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--config', '../../vitest.config.ts', '--root', 'test/kubernetes'];
  // One file at a time: some take away what belongs to the whole cluster, as its definitions and its API server.
  args.push('--no-file-parallelism', ...files);
  const env = { ...process.env, ...(isReal ? { PROOFMILL_REAL_ENGINE: '1' } : {}) };
  const child = spawn(process.execPath, [vitest, ...args], { cwd: root, env, stdio: 'inherit' });
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
  process.exitCode = await runTests();
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  say(error.message);
  process.exitCode = error.disposition === 'configuration' ? 2 : 75;
}
