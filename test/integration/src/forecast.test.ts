/** What `plan --probe` says that a job will take, against what a run takes: the real command, and an engine that counts. */
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@proofmill/process';
import { describe, expect, test } from 'vitest';
import { refusing, startBareEngine } from './bare-engine.ts';
import { runCommand, startCommand } from './command.ts';
import { type ExampleOptions, exampleJob, writeExample } from './example.ts';
import { type HttpEngineOptions, startHttpEngine } from './http-engine.ts';
import { within } from './within.ts';

const timeout = 240_000;
const mark = `forecast-${process.pid}`;
/** How many seeds draw items in `npm test`; all of twenty take a minute. */
const seeds = Number(process.env.PROOFMILL_FORECAST_SEEDS ?? 1);

type Quantity = 'requests' | 'answers' | 'promptTokens' | 'completionTokens' | 'tokens' | 'cost';
type Forecast = Readonly<Record<Quantity, Expected>>;

interface Expected {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Probe {
  /** Items of the whole plan. */
  readonly planned: number;
  readonly items: number;
  readonly population: { readonly items: number };
  readonly stages: {
    readonly asked: number;
    readonly byFirst: number | null;
    readonly replies: readonly { readonly judge: string }[];
    readonly forecast: Forecast;
  }[];
  readonly job: Forecast;
}

async function openPlace(options: ExampleOptions, more: Pick<HttpEngineOptions, 'loses'> = {}) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'proofmill-forecast-')));
  const paths = await writeExample(folder.path, options);
  const engine = stack.use(await startHttpEngine({ simulator: { goldFiles: [paths.corpus] }, ...more }));
  const command = (...words: string[]) =>
    runCommand({ name: words.join(' '), words: [...words, '--engine', engine.url], mark });
  return {
    ...paths,
    engine,
    command,
    async probe(...words: string[]): Promise<Probe> {
      const { code, stdout, stderr } = await command('plan', paths.job, '--json', ...words);
      expect(code, stderr).toBe(0);
      const { probe, asked } = JSON.parse(stdout);
      return { ...probe, planned: asked };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe.concurrent('plan --probe', () => {
  test('gives ranges that hold what a run takes, and writes nothing; a run with a larger limit takes the rest', {
    timeout,
  }, async () => {
    const price = { prompt: 1, completion: 3 };
    await using place = await openPlace({ records: 40, prove: true, price });
    const { spec, ...rest } = exampleJob({ prove: true, price });
    const [label, prove] = spec.pipeline;
    const votes = { max: 5, stop: 'certain' };
    const first = { judge: 'gram-r2', votes: { max: 2 }, escalate: { below: 0.8 } };
    const pipeline = [{ ...label, votes, first, keep: { minConfidence: 0.85 } }, prove];
    await writeFile(place.job, JSON.stringify({ ...rest, spec: { ...spec, pipeline } }));
    const files = await readdir(place.folder);
    const probes: Probe[] = [];
    for (let seed = 0; seed < seeds; seed += 1)
      probes.push(await place.probe('--probe', '20', '--seed', String(seed), '--limit', '32'));
    expect(await readdir(place.folder)).toEqual(files);

    const askedBefore = place.engine.asked();
    const run = await place.command('run', place.job, '--limit', '32');
    expect(run.code, run.stderr).toBe(0);
    const answers = place.engine.asked() - askedBefore;
    const { totals, runs } = JSON.parse(await readFile(join(place.out, '_MANIFEST.json'), 'utf8'));
    const truths = [totals, ...runs.map((each: { totals: object }) => each.totals)].map(({ tokens }) => ({
      promptTokens: tokens.prompt,
      completionTokens: tokens.completion,
      tokens: tokens.prompt + tokens.completion,
      cost: (tokens.prompt + 3 * tokens.completion) / 1_000_000,
    }));
    const compared: { readonly truth: number; readonly expected: Expected }[] = [];
    for (const { items, population, stages, job, planned } of probes) {
      expect([items, population.items, stages[0]?.asked]).toEqual([20, planned, 20]);
      // Some are not kept.
      expect(stages[1]?.asked).toBeLessThan(20);
      expect(stages[0]?.byFirst).toBeGreaterThan(0);
      expect(stages[0]?.replies.map(({ judge }) => judge)).toEqual(['gram-r2, first judge', 'gram-r2']);
      compared.push({ truth: answers, expected: job.answers });
      for (const [at, forecast] of [job, ...stages.map((stage) => stage.forecast)].entries())
        for (const [name, truth] of Object.entries(truths[at] ?? {}))
          compared.push({ truth, expected: forecast[name as Quantity] });
    }
    expect(compared.length).toBe(13 * seeds);
    for (const { truth, expected } of compared) expect(Math.abs(Math.log(expected.value / truth))).toBeLessThan(0.5);
    const inside = compared.filter(({ truth, expected: { low, high } }) => low <= truth && truth <= high);
    expect(inside.length / compared.length).toBeGreaterThan(0.85);

    const grown = await place.probe('--probe', '4');
    expect([grown.items, grown.population.items]).toEqual([4, 8]);
  });

  test('ends with 2 where no drawn item gets a label, with the reasons', {
    timeout,
  }, async () => {
    await using place = await openPlace({ records: 6, votes: 1 });
    const says = 'System role not supported by this chat template';
    await using engine = await startBareEngine('simulated-judge', refusing(says));
    const words = ['plan', place.job, '--probe', '3', '--engine', engine.url];
    const { code, stdout, stderr } = await runCommand({ name: 'refusing', words, mark });
    expect(code).toBe(2);
    expect(stdout).toMatch(new RegExp(`bad-request, 3 records\n +pairs\\.jsonl:\\d: .*${says}`));
    expect(stderr).toContain('none of the 3 records has a label after stage label');
  });

  test('ends at Ctrl-C with 130, whatever the engine still owes', { timeout }, async () => {
    let lost = 0;
    await using place = await openPlace(
      { records: 40 },
      {
        loses() {
          const isLost = place.engine.asked() > 60;
          if (isLost) lost += 1;
          return isLost;
        },
      },
    );
    const words = ['plan', place.job, '--probe', '--engine', place.engine.url];
    const plan = startCommand({ name: 'plan', words, mark });
    await until('the engine owes answers', () => lost > 0, { withinMs: 60_000 });
    plan.interrupt();
    expect(await within('it ends', plan.ended, 20_000)).toEqual({ code: 130, signal: null });
    expect(plan.stderr).not.toMatch(/^\s+at /m);
    expect(plan.stdout).toContain('items to ask about');
    expect(plan.stdout).not.toContain('the whole job');
  });
});
