/** What the engines of a job can do, as a user sees it: the real command, and servers with gaps. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BareEngine, saying, startBareEngine } from './bare-engine.ts';
import { runCommand } from './command.ts';
import { type ExampleOptions, exampleJob, type JobFolder, writeExample } from './example.ts';

const timeout = 120_000;
const model = 'simulated-judge';

interface Place extends AsyncDisposable {
  readonly job: JobFolder;
  /** Has models, health and chat, and ignores every field but `n`. */
  readonly engine: BareEngine;
  /** The texts that it was asked about. */
  readonly texts: string[];
  command(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

async function openPlace(title: string, options: ExampleOptions = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-probe-'));
  const job = await writeExample(folder, { records: 4, ...options });
  const texts: string[] = [];
  const answer = saying('<answer>\nA\n</answer>', 0);
  const engine = await startBareEngine(model, (request) => {
    texts.push(...request.messages.map(({ content }) => content));
    return answer(request);
  });
  return {
    job,
    engine,
    texts,
    async command(...words) {
      const ended = await runCommand({ name: title, words, mark: `probe-${process.pid}` });
      expect(ended.stderr).not.toMatch(/^\s+at /m);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Report {
  readonly address: string;
  readonly model: string;
  readonly askedBy: string[];
  readonly capabilities: Record<string, { found: string; how: string; follows: string[] }>;
  readonly error: string | null;
}

const lineOf = (stdout: string, name: string): string =>
  stdout.split('\n').find((line) => line.startsWith(`  ${name} `)) ?? '';

describe.concurrent('plan --probe', () => {
  test('says what the engine has and lacks, and what follows for this job; it sends no text of the corpus', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name, { judge: 'constrained-pairwise', prove: true });
    const { job, engine, texts, command } = place;
    const { code, stdout, stderr } = await command('plan', job.job, '--probe', '0', '--engine', engine.url);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`engine ${engine.url}, model ${model} (stage label; stage prove)`);
    expect(lineOf(stdout, 'model')).toMatch(/ yes +it is listed$/);
    expect(lineOf(stdout, 'length')).toMatch(/ yes +8192 tokens of prompt and answer together\. /);
    expect(lineOf(stdout, 'regex')).toMatch(
      / no +ignored: .* Stage label: constrained-pairwise wants its answers held to a regex: a run ends with 2/,
    );
    expect(lineOf(stdout, 'prompt_logprobs')).toMatch(/ no .*No difference to this job$/);
    expect(lineOf(stdout, 'seed')).toMatch(/ not said /);
    const columns = stdout.split('\n').flatMap((line) => /^ {2}[a-z_]+ +(?=yes|no)/.exec(line)?.[0].length ?? []);
    expect(columns).toHaveLength(12);
    expect(new Set(columns).size).toBe(1);
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.length).toBeLessThan(12);
    expect(new Set(texts)).toEqual(new Set(['Write a sentence about anything that comes to your mind.']));
  });

  test('--json gives the same as an object; without --probe nothing is asked', { timeout }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const words = ['plan', job.job, '--json', '--engine', engine.url];
    const plain = JSON.parse((await command(...words)).stdout) as { engines?: Report[] };
    expect([plain.engines, engine.asked]).toEqual([undefined, 0]);
    const { engines = [] } = JSON.parse((await command(...words, '--probe', '0')).stdout) as { engines?: Report[] };
    expect(engines).toMatchObject([{ address: engine.url, model, askedBy: ['stage label'], error: null }]);
    const [report] = engines;
    expect(report?.capabilities.tokenize).toMatchObject({ found: 'no', follows: [] });
    expect(report?.capabilities.n).toEqual({ found: 'yes', how: 'one request gave two answers', follows: [] });
  });

  test('an engine that cannot serve the job ends it as a run or a preview would: with 2, or with 75 where it is away', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const words = ['plan', job.job, '--probe'];
    const other = await command(...words, '--engine', engine.url, '--model', 'other');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('the engine serves simulated-judge, the job asks for other');
    const nowhere = 'http://127.0.0.1:1';
    const away = await command(...words, '--engine', nowhere);
    expect(away.code).toBe(75);
    expect(away.stderr).toContain(`no server answers at ${nowhere}`);
    expect(away.stderr).toBe((await command('preview', job.job, '--engine', nowhere)).stderr);
    expect(away.stdout).toContain('records');
  });

  test('engines are told apart by address and model, and one that is away hides none', { timeout }, async ({
    task,
  }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const { spec, ...rest } = exampleJob({ prove: true });
    const [label, prove] = spec.pipeline;
    const away = { model, baseUrl: 'http://127.0.0.1:1' };
    const own = { model, baseUrl: engine.url };
    const first = { judge: 'gram-r2', engine: { ...own, model: 'small' }, escalate: { below: 0.7 } };
    const pipeline = [
      { ...label, engine: away },
      { ...prove, engine: own },
    ];
    await writeFile(job.job, JSON.stringify({ ...rest, spec: { ...spec, pipeline } }));
    const { code, stdout } = await command('plan', job.job, '--probe');
    expect(code).toBe(75);
    expect(stdout).toContain('engine http://127.0.0.1:1, model simulated-judge (stage label)');
    expect(stdout).toContain(`engine ${engine.url}, model simulated-judge (stage prove)`);
    expect(lineOf(stdout, 'n')).toContain(' yes ');
    const withFirst = [{ ...label, engine: own, first }];
    await writeFile(job.job, JSON.stringify({ ...rest, spec: { ...spec, pipeline: withFirst } }));
    const two = await command('plan', job.job, '--probe');
    expect(two.stdout).toContain(`engine ${engine.url}, model simulated-judge (stage label)`);
    expect(two.stdout).toContain(`engine ${engine.url}, model small (stage label, first judge)`);
    expect(two.stderr).toContain("the first judge's engine serves simulated-judge, the job asks for small");
  });
});

describe.concurrent('preview', () => {
  test('ends with what the engines can do; a stage that comes later and cannot be asked fails nothing', {
    timeout,
  }, async ({ task }) => {
    await using place = await openPlace(task.name);
    const { job, engine, command } = place;
    const { spec, ...rest } = exampleJob({ prove: true });
    const [label, prove] = spec.pipeline;
    const pipeline = [
      { ...label, engine: { model, baseUrl: engine.url } },
      { ...prove, engine: { model } },
    ];
    await writeFile(job.job, JSON.stringify({ ...rest, spec: { ...spec, pipeline } }));
    const { code, stdout } = await command('preview', job.job, '--items', '1');
    expect(code).toBe(0);
    expect(stdout.indexOf('=== pairs.jsonl:1')).toBeLessThan(stdout.indexOf(`engine ${engine.url}, model`));
    expect(lineOf(stdout, 'tokenize')).toContain(' no ');
    expect(stdout).toMatch(/engine without an address, .*\(stage prove\)\n {2}stage prove: engine\.baseUrl is missing/);

    const json = await command('preview', job.job, '--items', '1', '--json');
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { item?: object; engines?: Report[] });
    expect(lines.map((line) => Object.keys(line)[0])).toEqual(['item', 'engines']);

    const { asked } = engine;
    const without = await command('preview', job.job, '--items', '1', '--no-probe');
    expect(without.stdout).not.toContain('engine http');
    expect(engine.asked - asked).toBeLessThan(10);
  });
});
