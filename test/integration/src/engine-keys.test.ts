import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { exampleJob, type JobFolder, writeExample } from './example.ts';
import { type HttpEngine, type HttpEngineOptions, startHttpEngine } from './http-engine.ts';
import { filesOf } from './output.ts';

const timeout = 240_000;
const records = 12;
const ownKey = 'sk-own-5f1c3a';
const firstKey = 'sk-first-9be27d';
const mark = `engine-keys-${process.pid}`;

interface Access {
  readonly own?: object;
  readonly first?: object;
}

/** A job whose two judges ask engines of their own. */
async function writeKeyedJob(folder: string, own: HttpEngine, first: HttpEngine, access: Access): Promise<JobFolder> {
  const paths = await writeExample(folder, { records });
  const job = exampleJob();
  Object.assign(job.spec.pipeline[0] ?? {}, {
    engine: { model: 'judge', baseUrl: own.url, ...access.own },
    first: {
      judge: 'gram-r2',
      engine: { model: 'judge', baseUrl: first.url, ...access.first },
      votes: { max: 2 },
      escalate: { below: 0.99 },
    },
  });
  await writeFile(paths.job, JSON.stringify(job));
  return paths;
}

async function scene(keys: { own: string; first: string }, access: Access) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'proofmill-keys-')));
  const simulator = { model: 'judge', goldFiles: [(await writeExample(folder.path, { records })).corpus] };
  const engine = async (key: string) => {
    const refuses: HttpEngineOptions['refuses'] = ({ authorization }) => authorization !== `Bearer ${key}`;
    return stack.use(await startHttpEngine({ simulator, refuses }));
  };
  const [own, first] = [await engine(keys.own), await engine(keys.first)];
  const job = await writeKeyedJob(folder.path, own, first, access);
  let printed = '';
  const command = async (words: readonly string[], env: Record<string, string>) => {
    const ended = await runCommand({ name: words[0] ?? '', words, mark, env: { PROOFMILL_LOG: 'trace', ...env } });
    printed += ended.stdout + ended.stderr;
    return ended;
  };
  return {
    ...{ own, first, job, command },
    /** All that was printed and written, but the job file. */
    everything: async () => [printed, ...[...(await filesOf(job.out)).entries()].flat()].join('\n'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const right = { own: ownKey, first: firstKey };
const access = { own: { apiKey: { env: 'OWN_KEY' } }, first: { apiKey: { env: 'FIRST_KEY' } } };
const keysSent = ({ requests }: HttpEngine) => new Set(requests.map(({ headers }) => headers.authorization));

const natsReason = await natsSkipReason();

describe.each([
  ['local', ''],
  ['nats', natsReason],
] as const)('keys of engines, executor %s', (executor, skipReason) => {
  test.skipIf(skipReason)(
    `each engine is sent its own key, which appears nowhere else${skipReason && `: ${skipReason}`}`,
    { timeout },
    async () => {
      await using keyed = await scene(right, access);
      const { own, first, job, command, everything } = keyed;
      // A file that a key came from often ends with a line feed.
      const env = { OWN_KEY: ` ${ownKey}\n`, FIRST_KEY: firstKey };
      expect(await command(['plan', job.job], {})).toMatchObject({ code: 0 });
      expect(await command(['preview', job.job, '--items', '1'], env)).toMatchObject({ code: 0 });
      const run = await command(['run', job.job, '--executor', executor, '--show', '1'], env);
      expect(run, run.stderr).toMatchObject({ code: 0 });
      for (const words of [['status'], ['report'], ['verify', '--deep']]) {
        expect(await command([...words, job.out], {})).toMatchObject({ code: 0 });
      }
      expect(keysSent(own)).toEqual(new Set([`Bearer ${ownKey}`]));
      expect(keysSent(first)).toEqual(new Set([`Bearer ${firstKey}`]));
      expect(first.asked()).toBeGreaterThan(0);
      expect(own.asked()).toBeGreaterThan(0);
      const all = await everything();
      expect(all).toContain('"winner"');
      for (const key of [ownKey, firstKey]) expect(all).not.toContain(key);
    },
  );

  test.skipIf(skipReason)(
    `a wrong key ends the run with 2 and a sentence that does not repeat it${skipReason && `: ${skipReason}`}`,
    { timeout },
    async () => {
      await using keyed = await scene({ ...right, own: 'another key' }, access);
      const { job, command, everything } = keyed;
      const { code, stderr } = await command(['run', job.job, '--executor', executor], {
        OWN_KEY: ownKey,
        FIRST_KEY: firstKey,
      });
      expect(code).toBe(2);
      expect(stderr).toMatch(/refuses the key \(401\)\. Check the one that the job names: engine\.apiKey/);
      expect(stderr).not.toMatch(/^ {4}at /m);
      for (const key of [ownKey, firstKey]) expect(await everything()).not.toContain(key);
    },
  );
});

describe('a key that cannot be sent is refused ahead of any request', () => {
  test.each([
    ['is not set', {}, 'the environment variable FIRST_KEY is not set'],
    ['is empty', { FIRST_KEY: ' \n' }, 'the environment variable FIRST_KEY is empty'],
    ['has a line feed inside', { FIRST_KEY: 'sk-first\n9be27d' }, 'FIRST_KEY holds a line feed inside'],
    ['is no ASCII', { FIRST_KEY: 'sk-first-9be27d…' }, 'FIRST_KEY holds a character outside of ASCII'],
  ])('one that %s', { timeout }, async (_, variables, sentence) => {
    await using keyed = await scene(right, access);
    const { own, first, job, command, everything } = keyed;
    const env = { OWN_KEY: ownKey, ...variables } as Record<string, string>;
    const { code, stderr } = await command(['run', job.job], env);
    expect(code).toBe(2);
    expect(stderr).toContain(`stage label: first.engine.apiKey: `);
    expect(stderr).toContain(sentence);
    expect([...own.requests, ...first.requests]).toEqual([]);
    expect(await filesOf(job.out)).toEqual(new Map());
    for (const text of [ownKey, 'sk-first', '9be27d']) expect(await everything()).not.toContain(text);
  });
});

test('a first judge with an address of its own is not sent the key of the stage', { timeout }, async () => {
  await using keyed = await scene(right, { own: access.own });
  const { first, job, command } = keyed;
  const { code, stderr } = await command(['run', job.job], { OWN_KEY: ownKey });
  expect(code).toBe(2);
  expect(stderr).toContain('refuses a request without a key (401)');
  expect(keysSent(first)).toEqual(new Set([undefined]));
});
