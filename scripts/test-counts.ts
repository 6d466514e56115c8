// Sums the reports that the test suites wrote (see vitest.config.ts) into one line: "N passed, N failed".
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Report = {
  success: boolean;
  numPassedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

/** A file that cannot be loaded, or whose set-up fails, reports no failed test, but counts as one failure. */
function failuresOf({ status, assertionResults }: Report['testResults'][number]): number {
  const failedTests = assertionResults.filter((test) => test.status === 'failed').length;
  return status === 'failed' ? Math.max(1, failedTests) : failedTests;
}

const root = join(import.meta.dirname, '..');
let passed = 0;
let failed = 0;
for (const path of globSync('tmp/test-reports/**/*.json', { cwd: root })) {
  const report = JSON.parse(readFileSync(join(root, path), 'utf8')) as Report;
  const failures = report.testResults.reduce((sum, file) => sum + failuresOf(file), 0);
  passed += report.numPassedTests;
  // Unhandled rejections belong to no test or file, and fail the run.
  failed += report.success ? failures : Math.max(1, failures);
}
console.log(`${passed} passed, ${failed} failed`);
