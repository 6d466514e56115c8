// `npm run test:nats-versions`: runs the tests that use a real NATS server, on the oldest and the newest server that
// Proofmill supports.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fetchNatsServer } from '@proofmill/nats-server';

const root = join(import.meta.dirname, '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const config = join(root, 'vitest.config.ts');
const suites = ['test/contract', 'test/integration'];
const verdicts: string[] = [];
let failed = false;

for (const wanted of ['2.9.10', '2.15'] as const) {
  const server = await fetchNatsServer(wanted);
  if (server.path === null) {
    failed = true;
    verdicts.push(`nats-server ${wanted}: not tested. ${server.reason} ${server.remedy}`);
    continue;
  }
  for (const suite of suites) {
    console.log(`\n== nats-server ${server.version}: ${suite}`);
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, '--root', '.'], {
      cwd: join(root, suite),
      stdio: 'inherit',
      env: { ...process.env, PROOFMILL_NATS_SERVER: server.path },
    });
    failed ||= status !== 0;
    verdicts.push(`nats-server ${server.version}: ${suite} ${status === 0 ? 'passed' : 'FAILED'}`);
  }
}

console.log(`\n${verdicts.join('\n')}`);
process.exitCode = failed ? 1 : 0;
