import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { exampleJob, writeExample } from './example.ts';
import { type HttpEngine, startHttpEngine } from './http-engine.ts';
import { rowListOf } from './output.ts';

const timeout = 240_000;
const records = 60;
const natsReason = await natsSkipReason();

/** Runs a job with these addresses of its engine to its end, and gives its rows. */
async function rowsWith(engine: object, executor: string, name: string) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-several-servers-'));
  const paths = await writeExample(folder.path, { records });
  const job = exampleJob();
  const [label] = job.spec.pipeline;
  Object.assign(label ?? {}, { engine: { model: 'judge', ...engine }, fleet: { workers: 3, slots: 2 } });
  await writeFile(paths.job, JSON.stringify(job));
  const words = ['run', paths.job, '--executor', executor];
  const run = await runCommand({ name, words, mark: `several-servers-${process.pid}` });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return await rowListOf(paths.out);
}

describe.each([
  ['local', ''],
  ['nats', natsReason],
] as const)('a model on three servers, executor %s', (executor, skipReason) => {
  test.skipIf(skipReason)(
    `each is asked by a worker of its own, and the rows are those of one server${skipReason && `: ${skipReason}`}`,
    { timeout },
    async ({ task }) => {
      await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-gold-'));
      const simulator = { model: 'judge', goldFiles: [(await writeExample(folder.path, { records })).corpus] };
      const servers: HttpEngine[] = [];
      // None answers before each is asked: on a busy machine, two would have answered everything before the worker of the third is up.
      const answersOnce = (): boolean => servers.every((server) => server.asked() > 0);
      await using one = await startHttpEngine({ simulator, answersOnce });
      await using two = await startHttpEngine({ simulator, answersOnce });
      await using three = await startHttpEngine({ simulator, answersOnce });
      servers.push(one, two, three);
      const rows = await rowsWith({ baseUrls: servers.map(({ url }) => url) }, executor, task.name);
      const shares = servers.map((server) => server.asked());
      process.stdout.write(`${executor}: ${shares.join(', ')} questions\n`);
      expect(Math.min(...shares)).toBeGreaterThan(0);
      expect(rows).toEqual(await rowsWith({ baseUrl: one.url }, executor, task.name));
    },
  );
});
