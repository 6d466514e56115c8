import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import { example, writeExample } from './example.ts';
import { startHttpEngine } from './http-engine.ts';
import { within } from './within.ts';

const timeout = 240_000;
const records = 40;
/** So many questions are answered before the engine hangs: enough to know how long answers take. */
const answered = 100;
const mark = `hanging-engine-${process.pid}`;

/** An engine that loses what it is asked for a time, `hangMs`, or until it is mended. It is healthy all the while. */
async function openPlace(hangMs: number) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'proofmill-hanging-')));
  const paths = await writeExample(folder.path, { records });
  let untilMs: number | null = null;
  let lost = 0;
  const engine = stack.use(
    await startHttpEngine({
      simulator: { timeScale: 0.01, goldFiles: [paths.corpus] },
      loses() {
        if (engine.asked() <= answered) return false;
        untilMs ??= Date.now() + hangMs;
        const isLost = Date.now() < untilMs;
        if (isLost) lost += 1;
        return isLost;
      },
    }),
  );
  return {
    ...paths,
    words: ['run', paths.job, '--engine', engine.url],
    lost: () => lost,
    asked: () => engine.asked(),
    mend: () => {
      untilMs = 0;
    },
    failed: async () => JSON.parse(await readFile(join(paths.out, '_MANIFEST.json'), 'utf8')).totals.failed,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe.concurrent('an engine that hangs', () => {
  test('for ten seconds, and loses what it was asked, costs time and no record', { timeout }, async () => {
    const hangMs = 10_000;
    await using place = await openPlace(hangMs);
    const run = startCommand({ name: 'run', words: place.words, mark });
    await until('the engine hangs', () => place.lost() > 0, { withinMs: 60_000 });
    const hangsSince = performance.now();
    const askedBefore = place.asked();
    await until('it is asked again', () => place.asked() > askedBefore + example.slots + 1, { withinMs: 90_000 });
    const recoveryMs = performance.now() - hangsSince - hangMs;
    process.stdout.write(
      `a hang of ${hangMs / 1000} s: requests were sent again ${Math.round(recoveryMs)} ms after it\n`,
    );
    expect(recoveryMs).toBeLessThan(30_000);
    expect(await within('it ends', run.ended), run.stderr).toEqual({ code: 0, signal: null });
    expect(await place.failed()).toBe(0);
    expect(place.lost()).toBe(example.slots);
  });

  test('is reported, and Ctrl-C does not wait for it', { timeout }, async () => {
    await using place = await openPlace(Number.POSITIVE_INFINITY);
    const run = startCommand({ name: 'run', words: [...place.words, '--grace', '600', '--every', '1'], mark });
    const sentence = /The engine has answered nothing for \d+ s\. Requests wait while the engine is tried again/;
    await until('it says so', () => sentence.test(run.stderr), { withinMs: 120_000 });
    await until('so does progress', () => /engine: The engine has answered nothing for \d+ s/.test(run.stderr));
    run.interrupt();
    expect(await within('it ends', run.ended, 45_000)).toEqual({ code: 130, signal: null });
    expect(run.stderr).toContain('no answer is lost');

    place.mend();
    expect(await runCommand({ name: 'second run', words: place.words, mark })).toMatchObject({ code: 0 });
    expect(await place.failed()).toBe(0);
  });
});
