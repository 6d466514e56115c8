// Runs before each test file. A test fails that prints to the console (in a library a forgotten line; a test that expects
// output replaces the method with `vi.spyOn`) or that leaves a rejected promise unhandled.
import { setImmediate } from 'node:timers/promises';
import { format } from 'node:util';
import { afterEach } from 'vitest';

const stray: string[] = [];

for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
  console[method] = (...words: unknown[]) => {
    stray.push(`console.${method}: ${format(...words)}`);
  };
}

process.on('unhandledRejection', (reason) => {
  stray.push(`unhandled rejection: ${format(reason)}`);
});

afterEach(async () => {
  await setImmediate(); // rejections are reported one turn after the test
  const lines = stray.splice(0);
  if (lines.length > 0) throw new Error(`stray output or rejection:\n${lines.join('\n')}`);
});
