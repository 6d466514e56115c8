// `npm run check`: all checks of CI except the tests, the cheap ones first. Stops at the first that fails.
import { spawnSync } from 'node:child_process';

const checks = ['format:check', 'lint', 'types', 'boundaries', 'dead-code', 'reference:check'];

for (const [position, check] of checks.entries()) {
  console.log(`\n== ${check} (${position + 1} of ${checks.length})`);
  const startedAtMs = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', check], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\ncheck: ${check} failed. To repeat it alone: npm run ${check}`);
    process.exit(1);
  }
  console.log(`== ${check}: passed in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
}
console.log(`\ncheck: all ${checks.length} checks passed`);
