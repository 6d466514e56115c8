/** Numbers that no row may hold, from real HTTP answers: what is asked for is bounded, and the records say what was wrong. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answering, saying, startBareEngine } from './bare-engine.ts';
import { runCommand } from './command.ts';
import { type ExampleOptions, writeExample } from './example.ts';
import { rowsOf } from './output.ts';

const timeout = 120_000;
const records = 12;

interface Line {
  readonly class?: string;
  readonly message?: string;
  readonly winner?: number;
  readonly scores?: unknown;
}

const linesOf = (files: Map<string, string>): Line[] =>
  [...files.values()].flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as Line);

/** Makes room in the engine for the answers of any profile. */
async function limitAnswers(path: string): Promise<void> {
  const job = JSON.parse(await readFile(path, 'utf8')) as { spec: { pipeline: object[] } };
  job.spec.pipeline = job.spec.pipeline.map((stage) => ({ ...stage, sampling: { maxTokens: 1000 } }));
  await writeFile(path, JSON.stringify(job));
}

/** Runs a job of one vote a record in one process. */
async function labelled(title: string, answering: Answering, options: ExampleOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-out-of-range-'));
  try {
    const job = await writeExample(folder, { records, votes: 1, ...options });
    await limitAnswers(job.job);
    await using engine = await startBareEngine('simulated-judge', answering);
    const words = ['run', job.job, '--engine', engine.url];
    const { code, stderr } = await runCommand({ name: title, words, mark: `out-of-range-${process.pid}` });
    const { data, failed } = await rowsOf(job.out);
    return { code, stderr, asked: engine.asked, rows: linesOf(data), failures: linesOf(failed) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.concurrent('numbers out of range', () => {
  test('an engine that counts 2^53 tokens for one record fails that record, after a few requests', {
    timeout,
  }, async ({ task }) => {
    let marked: string | null = null;
    const { code, stderr, asked, rows, failures } = await labelled(task.name, (request) => {
      const text = JSON.stringify(request.messages);
      marked ??= text;
      const answer = saying('<answer>A</answer>', 20)(request);
      const usage = { prompt_tokens: 2 ** 53, completion_tokens: 10 };
      return text === marked ? { ...answer, body: { ...answer.body, usage } } : answer;
    });
    expect(code, stderr).toBe(0);
    const wrong = failures.filter((failure) => failure.class === 'engine-error');
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.message).toContain('prompt_tokens is 9007199254740992');
    expect(rows.length).toBeGreaterThanOrEqual(records - 3);
    expect(asked).toBeLessThan(3 * records);
  });

  test('a judge that writes 1e308 for every score labels by its verdicts, without scores, and is asked once for each record and order', {
    timeout,
  }, async ({ task }) => {
    const section = (name: string, box: string) => `[The Begin of ${name}]\n\\boxed{${box}}\n[The End of ${name}]\n`;
    const says = section('Individual Scores', '1e308, 1e308') + section('Ranking Score', '2');
    const options = { judge: 'nemotron-genrm', votes: 2 };
    const { code, stderr, asked, rows } = await labelled(task.name, saying(says, 20), options);
    expect(code, stderr).toBe(0);
    expect(rows.length).toBeGreaterThanOrEqual(records - 3);
    // Its verdict is the same in both orders: a tie.
    for (const row of rows) expect(row).toMatchObject({ winner: null, scores: null });
    expect(asked).toBeLessThanOrEqual(2 * records);
  });
});
