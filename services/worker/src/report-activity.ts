import type { WorkActivity } from '@proofmill/contract';
import { print } from '@proofmill/runtime';

const everyMs = 1000;

/** Prints what a worker counts, as a line of JSON a second while it changes, until disposed of; then once more. */
export function reportActivity(read: () => WorkActivity, stream: NodeJS.WritableStream): Disposable {
  let before = '';
  const report = (): void => {
    const line = `${JSON.stringify({ event: 'activity', ...read() })}\n`;
    if (line !== before) print(stream, line);
    before = line;
  };
  const timer = setInterval(report, everyMs);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      report();
    },
  };
}
