/** Planted pairs on real processes: which tricks win is in the report, and whatever dies, nothing else of the output changes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutputManifest, PlantedFile, Row } from '@proofmill/contract';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commandsIn, recordsIn } from './commands.ts';
import { type Engine, type EngineOptions, startEngine } from './engine.ts';
import { type ExampleOptions, type JobFolder, writeExample, writeJob } from './example.ts';
import { expectSameRows } from './expectations.ts';
import { filesOf } from './output.ts';
import { openScene } from './scene.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const kinds = ['same', 'opener', 'frame', 'padded'] as const;

let folder = '';
const { command, printed } = commandsIn(() => folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-planted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly planted?: {
    readonly rates: readonly {
      readonly kind: string;
      readonly value: number;
      readonly low: number;
      readonly limit: number;
      readonly pairs: number;
      readonly failed: number;
    }[];
    readonly alarms: readonly string[];
  };
}

/** A job of 100 records that has run in a folder of its own, by a judge of that character. */
async function ran(
  name: string,
  judge: Pick<EngineOptions, 'fallsFor' | 'positionBias'>,
  job: ExampleOptions = { planted: true },
): Promise<JobFolder> {
  const written = await writeExample(join(folder, name), { records: 100, votes: 2, ...job });
  const log = join(written.folder, 'requests.jsonl');
  const engine = await startEngine({ log, gold: written.corpus, mark: folder, ...judge });
  try {
    await printed('run', written.job, '--engine', engine.url);
  } finally {
    await engine.role.stop();
  }
  return written;
}

const reportOf = async ({ out }: JobFolder): Promise<Report> => JSON.parse(await printed('report', out, '--json'));
const manifestOf = async ({ out }: JobFolder): Promise<OutputManifest> =>
  JSON.parse(await readFile(join(out, '_MANIFEST.json'), 'utf8'));

describe('a judge that falls for no trick', () => {
  let job: JobFolder;
  beforeAll(async () => {
    job = await ran('honest', { positionBias: 0 });
  }, timeout);

  test('is asked about 50 pairs of each kind, and gives no alarm', async () => {
    const { planted } = await reportOf(job);
    expect(planted?.rates.map(({ kind, pairs, failed }) => ({ kind, pairs, failed }))).toEqual(
      kinds.map((kind) => ({ kind, pairs: 50, failed: 0 })),
    );
    expect(planted?.alarms).toEqual([]);
    const text = await printed('report', job.out);
    expect(text).toContain('an empty opener: pairs that it wins');
    expect(text).not.toContain('Look into this.');
  });

  test('leaves rows, totals and failures of the output as they are without planted pairs', { timeout }, async () => {
    const plain = await ran('plain', { positionBias: 0 }, {});
    const [manifest, without] = [await manifestOf(job), await manifestOf(plain)];
    for (const part of ['data', 'failed'] as const)
      expect(await filesOf(join(job.out, part))).toEqual(await filesOf(join(plain.out, part)));
    expect(manifest.totals).toEqual(without.totals);
    expect(manifest.shards).toEqual(without.shards);
    expect(without).not.toHaveProperty('planted');
    expect(await reportOf(plain)).not.toHaveProperty('planted');
    expect([...(await filesOf(plain.out)).keys()].filter((path) => path.includes('planted'))).toEqual([]);
  });

  test('is asked about what planted.json says, each pair in both orders, also where both texts are the same', async () => {
    const files = await filesOf(join(job.out, 'planted'));
    const file: PlantedFile = JSON.parse(files.get('planted.json') ?? '');
    expect(Object.keys(file.kinds)).toEqual([...kinds]);
    const rows = [...files].flatMap(([path, text]) => (path.startsWith('pairs-') ? recordsIn<Row>(text) : []));
    expect(rows).toHaveLength(200);
    for (const { votes, decidedBy, responses, carried } of rows) {
      expect(decidedBy).toBe('judge');
      expect(votes.map(({ order }) => order.join()).sort()).toEqual(['0,1', '1,0']);
      const isSame = carried.some(({ name, value }) => name === 'planted' && value === 'same');
      expect(responses[0] === responses[1]).toBe(isSame);
    }
    const ids = new Set(recordsIn<Row>(await printed('rows', job.out)).map(({ id }) => id));
    const from = rows.map(({ carried }) => carried.find(({ name }) => name === 'of')?.value ?? '');
    expect(from.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('is in no count of the plan but its own', async () => {
    const { answers, planted } = JSON.parse(await printed('plan', job.job, '--json'));
    expect({ answers, planted }).toEqual({
      answers: expect.any(Number),
      planted: { pairs: 200, answers: 400, leftOut: {} },
    });
    expect(answers).toBeLessThanOrEqual(200);
  });
});

describe('a judge that falls for', () => {
  test.each([
    ['opener', { fallsFor: ['opener'], positionBias: 0 }, 'Empty openers win'],
    ['frame', { fallsFor: ['frame'], positionBias: 0 }, 'Imitated verdicts are obeyed'],
    ['padded', { fallsFor: ['padded'], positionBias: 0 }, 'Padding wins'],
    ['same', { positionBias: 0.3 }, 'The place decides'],
  ] as const)('%s gives that alarm, in the report and on the card', { timeout }, async (kind, judge, words) => {
    const job = await ran(`fooled-${kind}`, judge);
    const { planted } = await reportOf(job);
    const own = planted?.rates.find((rate) => rate.kind === kind);
    expect(own?.low).toBeGreaterThan(own?.limit ?? 1);
    const others = planted?.alarms.filter((alarm) => !alarm.startsWith(words));
    expect(others, 'alarms about other kinds').toEqual([]);
    expect(await printed('report', job.out)).toContain(`Look into this. ${words}`);
    expect(await readFile(join(job.out, 'README.md'), 'utf8')).toContain(`**Look into this.** ${words}`);
  });
});

test('what is missing or changed in planted/ is found, and what is missing is put back', { timeout }, async () => {
  const job = await ran('damaged', {});
  const verified = async (): Promise<string> => (await command('verify', '--deep', job.out)).stdout;
  const pairs = join(job.out, 'planted', 'pairs-00000-of-00001.parquet');
  const whole = await filesOf(join(job.out, 'planted'));
  expect(await verified()).toContain('complete and sound');
  for (const path of [pairs, join(job.out, 'planted', 'planted.json')]) {
    await rm(path);
    expect(await verified()).toMatch(/^planted\/.*it is missing, though _MANIFEST\.json speaks of planted pairs/m);
    await printed('run', job.job);
    expect(await filesOf(join(job.out, 'planted'))).toEqual(whole);
  }
  // The staged file may be the same one.
  await rm(pairs);
  await writeFile(pairs, 'x');
  expect(await verified()).toMatch(/^planted\/pairs-00000-of-00001\.parquet: it is damaged/m);
  await rm(pairs);
  await printed('run', job.job);
  await writeFile(join(job.out, 'planted', 'more.jsonl'), '{}');
  expect(await verified()).toMatch(/^planted\/more\.jsonl: no manifest of the planted pairs names it/m);
  await rm(join(job.out, 'planted', 'more.jsonl'));
  await printed('clean', job.out);
  expect(await verified()).toContain('complete and sound');
  await rm(join(job.out, '.proofmill', 'planted'), { recursive: true });
  expect(await verified()).toMatch(/^\.proofmill\/planted\/stage\.json: it is missing/m);
});

test.each(['parquet', 'jsonl'] as const)(
  'a job with a calibration has sound planted rows in %s',
  { timeout },
  async (format) => {
    const first = await ran(`uncalibrated-${format}`, {}, { format, records: 160 });
    await printed('calibrate', first.out, '--out', join(first.folder, 'calibration.json'));
    const job = JSON.parse(await readFile(first.job, 'utf8'));
    const [stage] = job.spec.pipeline;
    const spec = {
      ...{ ...job.spec, health: { planted: true } },
      pipeline: [{ ...stage, calibration: 'calibration.json' }],
    };
    await writeFile(first.job, JSON.stringify({ ...job, spec }));
    const out = join(first.folder, 'calibrated');
    await printed('run', first.job, '--out', out);
    expect(await printed('verify', '--deep', out)).toContain('complete and sound');
    const rows = recordsIn<Row>(await printed('rows', out));
    expect(rows.filter(({ tie, probability }) => (probability === null) !== tie)).toEqual([]);
    expect(rows).not.toEqual([]);
  },
);

describe('a retry ahead of the planted pairs', () => {
  /** A job whose answers are often unreadable, as if it had ended right ahead of its planted pairs. */
  async function unplanted(name: string): Promise<{ job: JobFolder; engine: Engine }> {
    const job = await writeExample(join(folder, name), { records: 40, votes: 1, planted: true });
    const log = join(job.folder, 'requests.jsonl');
    const engine = await startEngine({ log, gold: job.corpus, mark: folder, invalidRate: 0.5 });
    onTestFinished(() => engine.role.stop().then(() => undefined));
    await printed('run', job.job, '--engine', engine.url);
    const begun = ['plan', 'packs', 'journal', 'staging', 'manifests'].map((part) => `.proofmill/planted/${part}`);
    for (const path of ['_SUCCESS', '_MANIFEST.json', 'planted', ...begun])
      await rm(join(job.out, path), { recursive: true });
    return { job, engine };
  }

  test('is refused while a run would ask about them', { timeout }, async () => {
    const { job, engine } = await unplanted('interrupted');
    const retry = ['retry', job.out, '--job', job.job, '--engine', engine.url];
    const refused = await command(...retry);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('planted pairs of this job are not all'),
    });
    await printed('run', job.job, '--engine', engine.url);
    await printed(...retry);
    expect((await reportOf(job)).planted?.rates).toHaveLength(4);
  });

  test('completes an output that a limit had ended, without them; it stays so', { timeout }, async () => {
    const { job, engine } = await unplanted('limited');
    const limits = { maxFailedShare: 0.03 };
    await writeJob(job.job, { records: 40, votes: 1, planted: true, limits });
    expect(await command('run', job.job, '--engine', engine.url)).toMatchObject({ code: 3 });
    for (let tries = 0; ; tries += 1) {
      const { code } = await command('retry', job.out, '--job', job.job, '--engine', engine.url);
      if (code === 0 || tries === 20) break;
    }
    await printed('verify', '--deep', job.out);
    const answers = engine.asked().answers;
    await printed('run', job.job, '--engine', engine.url);
    expect(engine.asked().answers).toBe(answers);
    expect(await reportOf(job)).not.toHaveProperty('planted');
  });
});

describe.skipIf(skipReason)(`planted pairs over NATS${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('survive the deaths of all roles in the middle of their run, and are those of a run on this machine', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    const job: ExampleOptions = { planted: true };
    await using scene = await openScene({ title: task.name, onTestFailed, job, engine: { timeScale: 0.01 } });
    scene.begin();
    await within(
      'the planted run begins',
      until('it begins', () => scene.runs.has('planted'), { withinMs: timeout }),
    );
    const before = scene.engine.asked().answers;
    await until('it is under way', () => scene.engine.asked().answers > before + 50, { withinMs: timeout });
    for (const role of [scene.workers.at(-1), scene.collectors[0], scene.coordinators[0]]) {
      role?.kill('SIGKILL');
      await until('the role dies', () => (role?.lives.length ?? 0) > 0);
    }
    expect(scene.manifests('planted'), 'shards of planted pairs that are committed').toBe(0);
    await scene.done();
    await expectSameRows(scene, job);
    const here = await writeExample(join(folder, 'here'), job);
    const log = join(here.folder, 'requests.jsonl');
    const engine = await startEngine({ log, gold: here.corpus, mark: folder });
    await printed('run', here.job, '--engine', engine.url);
    await engine.role.stop();
    const rowsIn = async (out: string) =>
      [...(await filesOf(join(out, 'planted')))].filter(([path]) => path.startsWith('pairs-'));
    expect(await rowsIn(scene.job.out)).toEqual(await rowsIn(here.out));
  });
});
