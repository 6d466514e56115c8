import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OutputManifest, outputPaths } from '@proofmill/contract';
import { natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Command, startCommand } from './command.ts';
import { type Engine, startEngine } from './engine.ts';
import { type ExampleOptions, exampleJob, type JobFolder, writeExample } from './example.ts';
import { filesOf } from './output.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const mark = `retry-${process.pid}`;
const timeout = 240_000;
let folder: string;
/** A folder with a job that has run with an engine whose answers were mostly unreadable. */
let failed: string;
const engines: Engine[] = [];

const engineIn = async (place: string, invalidRate: number, timeScale = 0): Promise<Engine> => {
  const log = join(place, `requests-${engines.length}.jsonl`);
  const engine = await startEngine({ log, gold: join(place, 'pairs.jsonl'), mark, invalidRate, timeScale });
  engines.push(engine);
  return engine;
};

const start = (env: Record<string, string>, ...words: string[]): Command =>
  startCommand({ name: `proofmill ${words[0]}`, words, mark, env: { PROOFMILL_LOG: 'error', ...env } });

async function command(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const started = start({}, ...words);
  const { code } = await within(started.name, started.ended);
  return { code, stdout: started.stdout, stderr: started.stderr };
}

/** A job that asks once about each record: an unreadable answer is a failure. One of the first records is no JSON. */
async function writeFragile(
  place: string,
  { shards, ...options }: ExampleOptions & { readonly shards?: number },
): Promise<JobFolder> {
  const written = await writeExample(place, options);
  const job = exampleJob(options);
  const [label, ...later] = job.spec.pipeline;
  const pipeline = [{ ...label, votes: { max: 1, reasks: 0 } }, ...later];
  const output = { ...job.spec.output, ...(shards === undefined ? {} : { shards }) };
  await writeFile(written.job, JSON.stringify({ ...job, spec: { ...job.spec, pipeline, output } }));
  return written;
}

/** A copy of the folder with the failed job. */
async function copyOfFailed(name: string): Promise<{ out: string; job: string }> {
  const place = join(folder, name);
  await cp(failed, place, { recursive: true });
  return { out: join(place, 'out'), job: join(place, 'job.yaml') };
}

const idsIn = async (out: string): Promise<string[]> =>
  [...(await filesOf(join(out, 'data'))).values()].flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id),
  );

/** What an output holds that no generation may touch: its card may be replaced. */
const committed = async (out: string): Promise<[string, string][]> =>
  [...(await filesOf(out))].filter(
    ([path]) => !/^(README\.md|label-health.*|generations\/.*)$|\.generation-\d+\./.test(path),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-retry-'));
  failed = join(folder, 'failed');
  const { job } = await writeFragile(failed, { records: 60, prove: true });
  const engine = await engineIn(failed, 0.6);
  const { code, stderr } = await command('run', job, '--engine', engine.url);
  if (code !== 0) throw new Error(`the run ended with ${code}:\n${stderr}`);
}, timeout);

afterAll(async () => {
  for (const { role } of engines) await role.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.concurrent('proofmill retry', () => {
  test('asks again about what failed, and about nothing else: labels join the others, and no committed byte changes', {
    timeout,
  }, async () => {
    const { out } = await copyOfFailed('again');
    const before = await committed(out);
    const labelled = await idsIn(out);
    const engine = await engineIn(failed, 0);

    const retried = await command('retry', out, '--engine', engine.url);

    expect(retried).toMatchObject({ code: 0, stderr: expect.stringContaining('generation 1') });
    const after = await idsIn(out);
    expect(after).toHaveLength(59);
    expect(new Set(after).size).toBe(59);
    expect(engine.asked().answers).toBeGreaterThan(0);
    expect(engine.asked().answers).toBeLessThan(3 * (59 - labelled.length));
    expect(await committed(out)).toEqual(before);
    const verified = await command('verify', out, '--deep');
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('complete and sound') });
    expect(await command('report', out)).toMatchObject({ code: 0, stdout: expect.stringContaining('59 rows') });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('| rows (records with a label) | 59 |');

    const { totals } = JSON.parse(await readFile(join(out, 'generations/1/_MANIFEST.json'), 'utf8')) as OutputManifest;
    expect(totals).toMatchObject({ records: 60, labelled: 59, failed: 1, failedByClass: { 'not-json': 1 } });
    expect(totals.failedByClass).toEqual({ 'not-json': 1 });

    const nothing = await command('retry', out, '--engine', engine.url);
    expect(nothing).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing to ask again.*not-json 1/) });
    expect(existsSync(join(out, 'generations/2'))).toBe(false);
  });

  test('killed with -9 half way, the same command resumes it: the rows are those of an undisturbed retry', {
    timeout,
  }, async () => {
    const undisturbed = await copyOfFailed('undisturbed');
    const killed = await copyOfFailed('killed');
    const engine = await engineIn(failed, 0);
    // Answers take 2 s, and a proof comes after a label: the kill comes in time on a busy machine, too.
    const slow = await engineIn(failed, 0, 0.5);
    expect(await command('retry', undisturbed.out, '--engine', engine.url)).toMatchObject({ code: 0 });

    const run = start({}, 'retry', killed.out, '--engine', slow.url);
    await until('some answers have come', () => slow.asked().answers > 8);
    run.kill('SIGKILL');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await command('verify', killed.out)).toMatchObject({ code: 75 });
    const other = await command('retry', killed.out, '--engine', slow.url, '--max-tokens', '77');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/generation 1 is under way[\s\S]*-> 77/) });
    const resumed = await command('retry', killed.out, '--engine', engine.url);

    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('generation 1, resumed') });
    expect(await command('verify', killed.out, '--deep')).toMatchObject({ code: 0 });
    for (const folderName of ['data', 'failed'])
      expect(await filesOf(join(killed.out, folderName))).toEqual(await filesOf(join(undisturbed.out, folderName)));
  });

  test.skipIf(skipReason)(
    `over NATS, with workers as processes, it gives the same rows${skipReason && `: skipped. ${skipReason}`}`,
    {
      timeout,
    },
    async () => {
      const local = await copyOfFailed('by-one-process');
      const { out } = await copyOfFailed('over-nats');
      const engine = await engineIn(failed, 0);
      expect(await command('retry', local.out, '--engine', engine.url)).toMatchObject({ code: 0 });
      await using nats = await startNatsServer();
      const retried = start({ NATS_URL: nats.url }, 'retry', out, '--executor', 'nats', '--engine', engine.url);
      expect(await within('it retries', retried.ended), retried.stderr).toEqual({ code: 0, signal: null });
      for (const folderName of ['data', 'failed'])
        expect(await filesOf(join(out, folderName))).toEqual(await filesOf(join(local.out, folderName)));
      expect(await command('verify', out, '--deep')).toMatchObject({ code: 0 });
    },
  );

  test('each retry is a generation: the next one asks what failed in the last one, with other seeds and more room', {
    timeout,
  }, async () => {
    const { out, job } = await copyOfFailed('twice');
    const engine = await engineIn(failed, 0.5);
    const card = join(out, 'README.md');
    await appendFile(card, 'Our own words.\n');
    expect(await command('retry', out, '--job', job, '--engine', engine.url)).toMatchObject({ code: 0 });
    const better = await engineIn(failed, 0);
    expect(await command('retry', out, '--engine', better.url, '--max-tokens', '5000')).toMatchObject({ code: 0 });

    const ids = await idsIn(out);
    expect(ids).toHaveLength(59);
    expect(new Set(ids).size).toBe(59);
    const samplings = [...(await filesOf(join(out, 'data')))].flatMap(([name, text]) => {
      const row = JSON.parse(text.slice(0, text.indexOf('\n'))) as { judge: { sampling: Record<string, number> } };
      const { seed, maxTokens } = row.judge.sampling;
      return name.includes('generation') ? [`${name.split('.')[1]}: seed ${seed}, ${maxTokens} tokens`] : [];
    });
    expect(new Set(samplings)).toEqual(
      new Set(['generation-1: seed 1, 4096 tokens', 'generation-2: seed 2, 5000 tokens']),
    );
    expect(await command('verify', out, '--deep')).toMatchObject({ code: 0 });
    // People edit the card: it stays, and the new one is beside.
    expect(await readFile(card, 'utf8')).toContain('Our own words.');
    expect(await readFile(join(out, 'generations/2/README.md'), 'utf8')).toContain('label) | 59 |');
  });

  test('without an engine, or with a job that asks something else, it is refused before anything is written', {
    timeout,
  }, async () => {
    const { out, job } = await copyOfFailed('refused');
    expect(await command('retry', out)).toMatchObject({ code: 2, stderr: expect.stringContaining('--engine URL') });
    const edited = (await readFile(job, 'utf8')).replace('"max":1', '"max":3');
    await writeFile(job, edited);
    const refused = await command('retry', out, '--job', job);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('label.votes.max: 1 -> 3') });
    expect(existsSync(join(out, 'generations'))).toBe(false);
  });

  test('cleaned: packs, journals, staged files and the secret are gone and nothing else; it is checked as far as it goes, and not retried', {
    timeout,
  }, async () => {
    const { out } = await copyOfFailed('cleaned');
    const engine = await engineIn(failed, 0.3);
    expect(await command('retry', out, '--engine', engine.url)).toMatchObject({ code: 0 });
    const own = join(out, '.proofmill/label/packs/notes.txt');
    await writeFile(own, 'not yours');
    const before = await filesOf(out);

    expect(await command('clean', out)).toMatchObject({ code: 0, stdout: expect.stringContaining('working files') });

    const after = await filesOf(out);
    const gone = [...before.keys()].filter((path) => !after.has(path));
    expect(gone.length).toBeGreaterThan(20);
    const isWorking = (path: string): boolean => /\.proofmill\/(label|prove)\/(packs|journal|staging)\//.test(path);
    expect(gone.filter((path) => !isWorking(path))).toEqual([outputPaths.signingSecret]);
    expect([...after].filter(([path]) => /\/(packs|journal|staging)\//.test(path))).toEqual([
      ['.proofmill/label/packs/notes.txt', 'not yours'],
    ]);
    for (const [path, text] of after) if (path !== '.proofmill/CLEANED') expect(before.get(path), path).toBe(text);
    for (const words of [
      ['verify', out],
      ['verify', out, '--deep'],
    ])
      expect(await command(...words)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/complete and sound.*clean/),
      });
    expect(await command('status', out)).toMatchObject({ code: 0, stdout: expect.stringContaining('complete') });
    expect(await command('clean', out)).toMatchObject({ code: 0, stdout: expect.stringContaining('no working file') });
    expect(await command('retry', out, '--engine', engine.url)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/removed by `proofmill clean`.*failed\//),
    });

    const row = join(out, 'data', [...after.keys()].find((path) => path.startsWith('data/'))?.slice(5) ?? '');
    await appendFile(row, '{}\n');
    expect(await command('verify', out, '--deep')).toMatchObject({ code: 1 });
  });

  test('an output that is not complete, or is damaged, is not cleaned', { timeout }, async () => {
    const { out } = await copyOfFailed('not-cleaned');
    const success = await readFile(join(out, '_SUCCESS'));
    await rm(join(out, '_SUCCESS'));
    expect(await command('clean', out)).toMatchObject({ code: 2, stderr: expect.stringContaining('not complete') });
    await writeFile(join(out, '_SUCCESS'), success);
    await rm(join(out, 'data/train-00000-of-00004.parquet'));
    expect(await command('clean', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing was removed'),
    });
    expect(existsSync(join(out, '.proofmill/label/packs/00000.jsonl.zst'))).toBe(true);
  });

  test('a job whose limit is broken at its end says so; a retry that brings it within the limit completes it', {
    timeout,
  }, async () => {
    const place = join(folder, 'limited');
    const fragile = { records: 40, shards: 1 };
    const { out } = await writeFragile(place, fragile);
    const bad = await engineIn(place, 0.8);
    expect(await command('run', join(place, 'job.yaml'), '--engine', bad.url)).toMatchObject({ code: 0 });
    // A limit is noticed while a job runs, unless it breaks with the last outcomes: as if that had been so.
    for (const end of ['_SUCCESS', '_MANIFEST.json']) await rm(join(out, end));
    const { job } = await writeFragile(place, { ...fragile, limits: { maxFailedShare: 0.1 } });
    const limited = await command('run', job, '--engine', bad.url);
    expect(limited.code).toBe(3);
    expect(limited.stderr).toMatch(/Every record was asked about[\s\S]*npx proofmill retry .*out --job/);
    expect(existsSync(join(out, '_SUCCESS'))).toBe(false);

    expect(await command('retry', out, '--engine', bad.url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--job JOB.yaml'),
    });
    const good = await engineIn(place, 0);
    expect(await command('retry', out, '--job', job, '--engine', good.url)).toMatchObject({ code: 0 });
    expect(await command('verify', out, '--deep')).toMatchObject({ code: 0 });
    const labelled = await idsIn(out);
    expect(new Set(labelled).size).toBe(labelled.length);
    const again = await command('run', job, '--engine', bad.url);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(new RegExp(`labelled +${labelled.length}\\n`));
  });
});

describe.concurrent('a larger corpus.limit', () => {
  test('labels the records beyond the earlier limit, and asks about no other one; retry and verify know them', {
    timeout,
  }, async () => {
    const place = join(folder, 'grown');
    const { job, out } = await writeFragile(place, { records: 60, shards: 3, prove: true });
    const engine = await engineIn(place, 0.2);
    const asked = [...['run', job], ...['--engine', engine.url]];
    expect(await command(...asked, '--limit', '25')).toMatchObject({ code: 0 });
    const before = await committed(out);
    const answers = engine.asked().answers;

    expect(await command(...asked, '--limit', '40')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('generation 1: the records after the first 25, up to 40'),
      stdout: expect.stringMatching(/records +40\n/),
    });
    expect(await committed(out)).toEqual(before);
    expect(engine.asked().itemsTwice).toBe(0);
    expect(engine.asked().answers).toBeLessThan(2.5 * answers);

    const whole = await command(...asked);
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/records +60\n/) });
    expect(engine.asked().itemsTwice).toBe(0);
    const good = await engineIn(place, 0);
    expect(await command('retry', out, '--engine', good.url)).toMatchObject({ code: 0 });
    const ids = await idsIn(out);
    expect(ids).toHaveLength(59);
    expect(new Set(ids).size).toBe(59);
    const lines = [...(await filesOf(join(out, 'data'))).values()].flatMap((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { source: { line: number } }).source.line),
    );
    expect(new Set(lines).size).toBe(59);
    expect(await command('verify', out, '--deep')).toMatchObject({ code: 0 });

    const smaller = await command(...asked, '--limit', '30');
    expect(smaller).toMatchObject({ code: 2, stderr: expect.stringContaining('A limit can only grow') });
    expect(await command(...asked)).toMatchObject({ code: 0, stderr: expect.stringContaining('already complete') });
  });

  test.skipIf(skipReason)(
    `grows over NATS as well${skipReason && `: skipped. ${skipReason}`}`,
    { timeout },
    async () => {
      const place = join(folder, 'grown-over-nats');
      const { job, out } = await writeFragile(place, { records: 24, shards: 2 });
      const engine = await engineIn(place, 0);
      await using nats = await startNatsServer();
      for (const limit of ['10', '24']) {
        const words = ['run', job, '--engine', engine.url, '--executor', 'nats', '--limit', limit];
        const run = start({ NATS_URL: nats.url }, ...words);
        expect(await within('it runs', run.ended), run.stderr).toEqual({ code: 0, signal: null });
      }
      expect(engine.asked().itemsTwice).toBe(0);
      expect(await command('verify', out, '--deep')).toMatchObject({ code: 0 });
      expect(new Set(await idsIn(out)).size).toBeGreaterThan(22);
    },
  );

  test('of a corpus that has changed is refused', { timeout }, async () => {
    const place = join(folder, 'changed');
    const { job, corpus } = await writeFragile(place, { records: 20, shards: 1 });
    const engine = await engineIn(place, 0);
    expect(await command('run', job, '--engine', engine.url, '--limit', '5')).toMatchObject({ code: 0 });
    await appendFile(corpus, '{}\n');
    expect(await command('run', job, '--engine', engine.url, '--limit', '9')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/larger corpus\.limit needs the corpus as it was[\s\S]*had \d+ bytes/),
    });
  });
});
