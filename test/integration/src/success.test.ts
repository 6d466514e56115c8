/** Success means labels, and nothing of a user's is touched: what a user sees at the edges, with the real command. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answering, type BareEngine, refusing, saying, startBareEngine } from './bare-engine.ts';
import { runCommand } from './command.ts';
import { type ExampleOptions, exampleJob, type JobFolder, writeExample, writeJob } from './example.ts';

const timeout = 120_000;
const model = 'simulated-judge';
const words = 'System role not supported by this chat template';

interface Place extends AsyncDisposable {
  readonly job: JobFolder;
  readonly engine: BareEngine;
  /** Runs `proofmill WORDS`. Its output must have no stack of an error. */
  command(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** A job, by default of 12 records, and an engine, by default one that refuses all of them. */
async function openPlace(
  title: string,
  answering: Answering = refusing(words),
  options: ExampleOptions = {},
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-success-'));
  const job = await writeExample(folder, { records: 12, ...options });
  const engine = await startBareEngine(model, answering);
  return {
    job,
    engine,
    async command(...commandWords) {
      const ended = await runCommand({ name: title, words: commandWords, mark: `success-${process.pid}` });
      expect(ended.stderr).not.toMatch(/^\s+at /m);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe.concurrent('success means labels', () => {
  test('a job whose engine refuses every record ends with 2 and the words of the engine, and again; status and verify agree', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const first = await command('run', job.job, '--engine', engine.url);
    expect(first.code).toBe(2);
    expect(first.stderr).toContain('none of the 12 records has a label after stage label');
    expect(first.stderr).toContain('bad-request, 12 records');
    expect(first.stderr).toMatch(new RegExp(`pairs\\.jsonl:\\d+: .*${words}`));
    expect(existsSync(join(job.out, '_SUCCESS'))).toBe(false);
    expect(existsSync(join(job.out, 'data'))).toBe(false);
    const { asked } = engine;
    expect(await command('run', job.job, '--engine', engine.url)).toEqual(first);
    expect(engine.asked).toBe(asked);
    expect((await command('status', job.out)).stdout).toContain('none of the 12 records has a label');
    const verified = await command('verify', '--deep', job.out);
    expect(verified.code).toBe(2);
    expect(verified.stdout).toContain('sound, and without a label: none of the 12 records has a label');
  });

  test('a corpus of Git LFS pointers ends with 2 before anything is asked or written; with the data the same folder is filled', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const data = await readFile(job.corpus);
    await writeFile(job.corpus, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n');
    for (const name of ['run', 'plan', 'preview']) {
      const { code, stderr } = await command(name, job.job, '--engine', engine.url);
      expect(code).toBe(2);
      expect(stderr).toContain('pairs.jsonl:1: unknown-format: the file is a Git LFS pointer and not the data itself');
    }
    expect(engine.asked).toBe(0);
    expect(existsSync(job.out)).toBe(false);
    await writeFile(job.corpus, data);
    expect(await command('run', job.job)).toMatchObject({ code: 0 });
    expect(existsSync(join(job.out, '_SUCCESS'))).toBe(true);
  });

  test('a job with some labels ends with 0, and its summary shows the first sentences of each class', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, command } = place;
    await writeFile(job.corpus, `${await readFile(job.corpus, 'utf8')}{"question":"only this"}\nnot JSON\n`);
    const { code, stdout } = await command('run', job.job);
    expect(code).toBe(0);
    expect(stdout).toMatch(/missing-response, 1 record\n\s+pairs\.jsonl:13: no responses/);
    expect(stdout).toMatch(/not-json, 1 record\n\s+pairs\.jsonl:14: not JSON at column 1/);
  });

  test('a job of proofs alone whose engine refuses every one ends with 2, and shows the words of the engine', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const { spec, ...rest } = exampleJob({ prove: true });
    await writeFile(job.job, JSON.stringify({ ...rest, spec: { ...spec, pipeline: spec.pipeline.slice(1) } }));
    const { code, stderr } = await command('run', job.job, '--engine', engine.url);
    expect(code).toBe(2);
    expect(stderr).toContain('none of the 12 records has a proof after stage prove');
    expect(stderr).toMatch(new RegExp(`bad-request, 12 records\\n\\s+item 0000\\d:\\d+: .*${words}`));
    expect(existsSync(join(job.out, '_SUCCESS'))).toBe(false);
  });

  test('a preview says which items have no answer that counts', { timeout }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { code, stderr } = await place.command(
      'preview',
      place.job.job,
      '--engine',
      place.engine.url,
      '--items',
      '2',
    );
    expect(code).toBe(0);
    expect(stderr).toContain('2 of the 2 above without an answer that counts:\nbad-request, 2 records');
    expect(stderr).toContain(words);
  });
});

test('an engine that ignores the regex of a profile is noticed at the first answers: the job ends with 2 and says what to do', {
  timeout,
}, async ({ task }) => {
  const options = { records: 80, judge: 'constrained-pairwise' };
  await using place = await openPlace(task.name, saying('<answer>A</answer>', 20), options);
  const { job, engine, command } = place;
  const { code, stderr } = await command('run', job.job, '--engine', engine.url);
  expect(code).toBe(2);
  expect(stderr).toMatch(/ignores the regex of the judge constrained-pairwise: 5 of 5 answers/);
  expect(stderr).toContain('take regex out of the profile');
  expect(engine.asked).toBeLessThan(40);
  expect(existsSync(join(job.out, '_SUCCESS'))).toBe(false);
});

describe.concurrent('limits act while a stage runs', () => {
  const records = 80;

  test('many failed records end the job long before all are asked about; with another limit it continues where it was', {
    timeout,
  }, async ({ task }) => {
    const limits = { maxFailedShare: 0.05 };
    await using place = await openPlace(task.name, saying('no verdict', 100), { records, limits });
    const { job, engine, command } = place;
    const limited = await command('run', job.job, '--engine', engine.url);
    expect(limited.stderr).toMatch(
      /a limit of the job is reached: \d+ of 80 records failed, limits.maxFailedShare is 0.05/,
    );
    expect(limited.code).toBe(3);
    const { asked } = engine;
    await writeJob(job.job, { limits: { maxFailedShare: 1 } });
    expect(await command('run', job.job, '--engine', engine.url)).toMatchObject({ code: 2 });
    expect(asked).toBeLessThan(engine.asked / 2);
    expect(await command('verify', '--deep', '--partial', job.out)).toMatchObject({ code: 0 });
  });

  test.each([
    ['are counted', { limits: { maxTokens: 5000 } }, /\d+ tokens are spent, limits.maxTokens is 5000/],
    [
      'have a price',
      { limits: { maxCost: 0.005 }, price: { prompt: 1, completion: 1 } },
      /tokens for 0\.\d+ are spent, limits.maxCost is 0.005/,
    ],
  ])(
    'tokens that %s end the job before the first shard is committed',
    { timeout },
    async (title, options, sentence) => {
      await using place = await openPlace(`tokens that ${title}`, saying('no verdict', 100), { records, ...options });
      const { job, engine, command } = place;
      const { code, stderr } = await command('run', job.job, '--engine', engine.url);
      expect(stderr).toMatch(sentence);
      expect(code).toBe(3);
      expect(existsSync(join(job.out, '.proofmill/label/manifests'))).toBe(false);
    },
  );

  test('records that planning alone finds unusable end the job before anything is asked', { timeout }, async ({
    task,
  }) => {
    const edit = (lines: string[]) => lines.map((line, index) => (index % 2 === 0 ? line : '{}'));
    await using place = await openPlace(task.name, saying('no verdict', 100), {
      records,
      edit,
      limits: { maxFailedShare: 0.4 },
    });
    const { code, stderr } = await place.command('run', place.job.job, '--engine', place.engine.url);
    expect(stderr).toMatch(/4\d of 80 records failed, limits.maxFailedShare is 0.4/);
    expect(code).toBe(3);
    expect(place.engine.asked).toBeLessThan(records);
  });
});

describe.concurrent('a place that cannot be the output folder ends the job with 2 before anything is asked', () => {
  test.each([
    ['a folder with files of somebody', 'theirs', 'theirs holds files and no job of Proofmill: notes.txt'],
    ['a file', 'notes.txt', 'notes.txt as a folder (ENOTDIR)'],
    ['a place below a file', 'notes.txt/out', '(ENOTDIR)'],
    [
      'the folder of the job file',
      '.',
      'holds files and no job of Proofmill: job.yaml, notes.txt, pairs.jsonl and more',
    ],
    [
      'a place that the system does not let anybody write to',
      '/sys/proofmill-out',
      'Cannot write into /sys/proofmill-out (',
    ],
    ['a URI with one slash', 's3:/bucket/out', 'output.uri s3:/bucket/out: output is written to a folder'],
  ])('%s', { timeout }, async (title, out, sentence) => {
    await using place = await openPlace(title);
    const { job, engine, command } = place;
    await mkdir(join(job.folder, 'theirs'));
    await writeFile(join(job.folder, 'theirs/notes.txt'), 'kept');
    await writeFile(join(job.folder, 'notes.txt'), 'kept');
    const isPath = !/^(\/|s3:)/.test(out);
    const { code, stderr } = await command(
      'run',
      job.job,
      '--engine',
      engine.url,
      '--out',
      isPath ? join(job.folder, out) : out,
    );
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
    expect(engine.asked).toBe(0);
    for (const file of ['theirs/notes.txt', 'notes.txt'])
      expect(await readFile(join(job.folder, file), 'utf8')).toBe('kept');
    expect(existsSync(join(job.folder, 'theirs/.proofmill'))).toBe(false);
  });
});

test('an earlier output that the corpus glob matches is refused, and left as it was', { timeout }, async ({ task }) => {
  await using place = await openPlace(task.name, undefined, { format: 'jsonl' });
  const { job, engine, command } = place;
  expect(await command('run', job.job)).toMatchObject({ code: 0 });
  const { code, stderr } = await command(
    ...['run', job.job, '--engine', engine.url],
    ...['--corpus', join(job.folder, '**/*.jsonl'), '--out', join(job.folder, 'other')],
  );
  expect(code).toBe(2);
  expect(stderr).toContain(`a file of an earlier output in ${job.out}`);
  expect(engine.asked).toBe(0);
  expect(await command('verify', '--deep', job.out)).toMatchObject({ code: 0 });
  const planned = await command('plan', job.job, '--out', job.folder);
  expect(planned.code).toBe(2);
  expect(planned.stderr).toContain(`the output folder ${job.folder} holds files and no job of Proofmill`);
});
