/**
 * npm run test:metrics [-- ARGUMENTS OF VITEST ..]
 *
 * Builds Prometheus and promtool with Go, once, prints what it builds and where, and runs test/metrics: a real Prometheus scrapes a run,
 * answers every query of the boards, and evaluates every alert.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findNatsServer } from '@proofmill/nats-server';
import { ToolError } from '@proofmill/process';
import { buildPrometheus } from '@proofmill/prometheus';

const root = join(import.meta.dirname, '..');
const report = (line: string): void => console.error(line);

try {
  await buildPrometheus(report);
  await findNatsServer({ report });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', '../../vitest.config.ts', '--root', 'test/metrics', ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  report(error.message);
  process.exitCode = error.exitCode;
}
