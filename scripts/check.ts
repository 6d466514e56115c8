// `npm run check`: every check that CI runs but the tests, the cheap ones first; stops at the first that fails.
import { spawnSync } from 'node:child_process';

const checks = ['format:check', 'lint', 'types', 'boundaries', 'dead-code', 'reference:check'];

for (const [position, check] of checks.entries()) {
  console.log(`\n== ${check} (${position + 1} of ${checks.length})`);
  const startedAtMs = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', check], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\ncheck: ${check} failed; run it alone with: npm run ${check}`);
    process.exit(1);
  }
  console.log(`== ${check}: passed in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
}
console.log(`\ncheck: all ${checks.length} checks passed`);
