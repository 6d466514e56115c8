import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import { writeExample } from './example.ts';
import { sendJson, smallEngine } from './small-engine.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 120_000;

/** A run whose engine has been asked some questions, and has answered none. */
async function unansweredRun(answer: Parameters<typeof smallEngine>[0], words: readonly string[], votes?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-busy-'));
  const { job } = await writeExample(folder, { records: 20, ...(votes === undefined ? {} : { votes }) });
  const engine = await smallEngine(answer);
  const mark = folder;
  const run = startCommand({ name: 'run', words: ['run', job, '--engine', engine.url, ...words], mark });
  await until('the engine has been asked', () => engine.requests() > 0, { withinMs: 60_000 });
  return {
    run,
    engine,
    folder,
    job,
    async [Symbol.asyncDispose]() {
      if (run.running) run.kill('SIGKILL');
      await run.ended;
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const refusedRun = (words: readonly string[]) =>
  unansweredRun((response) => sendJson(response, 429, { error: { message: 'too many requests', code: 429 } }), words);
/** An item that wanted more than what is under way would be handed back at once. */
const hangingRun = (words: readonly string[]) => unansweredRun(() => undefined, words, 1);

describe.concurrent('Ctrl-C while the engine answers nothing', () => {
  test('ends long before the grace time where it refuses everything, and asks hardly anything more', {
    timeout,
  }, async () => {
    await using busy = await refusedRun(['--grace', '600']);
    busy.run.interrupt();
    await until('it stops', () => busy.run.stderr.includes('stopping: nothing more is asked'));
    const requests = busy.engine.requests();
    expect(await within('it ends', busy.run.ended, 45_000)).toEqual({ code: 130, signal: null });
    expect(busy.run.stderr).toContain('no answer is lost');
    // What was on its way as the signal came.
    expect(busy.engine.requests() - requests).toBeLessThanOrEqual(8);
  });

  test('ends when the grace time is over where it hangs', { timeout }, async () => {
    await using busy = await hangingRun(['--grace', '1']);
    busy.run.interrupt();
    expect(await within('it ends', busy.run.ended)).toEqual({ code: 130, signal: null });
    expect(busy.run.stderr).toContain('answers on their way have 1 s to come');
    expect(busy.run.stderr).toContain('no answer is lost');
  });

  test.skipIf(skipReason)(
    `is told why no answers come, and ends, over NATS too${skipReason && `: skipped. ${skipReason}`}`,
    { timeout },
    async () => {
      await using busy = await refusedRun(['--executor', 'nats', '--grace', '600', '--every', '1']);
      const said = /label: 0 of 20 records, 0 answers, \d+ under way, rate not known yet, engine: .*429/;
      await until('the worker says why no answers come', () => said.test(busy.run.stderr), { withinMs: 60_000 });
      busy.run.interrupt();
      expect(await within('it ends', busy.run.ended, 45_000)).toEqual({ code: 130, signal: null });
    },
  );

  test.skipIf(skipReason)(
    `ends at once when it comes again, over NATS too${skipReason && `: skipped. ${skipReason}`}`,
    { timeout },
    async () => {
      await using busy = await hangingRun(['--executor', 'nats', '--grace', '600']);
      busy.run.interrupt();
      await until('it stops', () => busy.run.stderr.includes('stopping: nothing more is asked'));
      // Two signals within half a second are one request.
      const again = (): boolean => {
        const isHeard = busy.run.stderr.includes('stopping at once');
        if (!isHeard) busy.run.interrupt();
        return isHeard;
      };
      await until('it stops at once', again, { everyMs: 2000 });
      expect(await within('it ends', busy.run.ended, 45_000)).toEqual({ code: 130, signal: null });
    },
  );
});

test('a second run of a job says so and ends with 75; after a kill -9 of the first one it works', {
  timeout,
}, async () => {
  await using busy = await refusedRun([]);
  const words = ['run', busy.job, '--engine', 'simulator:'];
  const second = await runCommand({ name: 'second run', words, mark: busy.folder });
  expect(second.code).toBe(75);
  expect(second.stderr).toContain(`another run on this machine is working on it (process ${busy.run.pid}, since`);
  const status = await runCommand({ name: 'status', words: ['status', join(busy.folder, 'out')], mark: busy.folder });
  expect(status.stdout).toContain(`a run on this machine is working on it (process ${busy.run.pid}`);

  busy.run.kill('SIGKILL');
  await busy.run.ended;
  const third = await runCommand({ name: 'third run', words, mark: busy.folder });
  expect(third).toMatchObject({ code: 0, signal: null });
});
