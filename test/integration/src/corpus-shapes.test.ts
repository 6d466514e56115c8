/** A corpus of all data sets that are known, in files of all formats: a run reads each record as what its data set means by it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Row, rowSchema } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { exampleJob } from './example.ts';
import { rowsOf } from './output.ts';
import { chosen } from './shapes/chosen.ts';
import { compared } from './shapes/compared.ts';
import { rated } from './shapes/rated.ts';
import type { Best, Made, Shaped } from './shapes/shaped.ts';
import { formats, packed } from './shapes/write-file.ts';

const timeout = 120_000;

const files: Readonly<Record<string, readonly [name: string, format: keyof typeof formats]>> = {
  HelpSteer3: ['helpsteer3.jsonl', 'lines'],
  'HelpSteer2 preference': ['helpsteer2.json.gz', 'list'],
  'Unified-Feedback': ['unified.jsonl.gz', 'lines'],
  'Chatbot Arena conversations': ['arena.parquet', 'parquet'],
  'Chatbot Arena 55k': ['arena-55k.csv', 'csv'],
  'Chatbot Arena pairs': ['arena-pairs.csv.gz', 'csv'],
  'PPE human preference': ['ppe.parquet.zst', 'parquet'],
  JudgeBench: ['judgebench.jsonl.zst', 'lines'],
  'PKU-SafeRLHF': ['pku.csv.zst', 'csv'],
  'Stanford Human Preferences': ['shp.tsv', 'tsv'],
  'WebGPT comparisons': ['webgpt.json', 'list'],
  'Summarize from feedback': ['summarize.jsonl', 'lines'],
  'AlpacaFarm and AlpacaEval': ['alpaca-farm.csv', 'csv'],
  'GRAM pre-training': ['gram.json', 'list'],
  'GRAM fine-tuning': ['gram-fine.jsonl', 'lines'],
  'GRAM-RR training': ['gram-rr.arrow', 'arrow'],
  UltraFeedback: ['ultrafeedback.jsonl.zst', 'lines'],
  Nectar: ['nectar.parquet', 'parquet'],
  distilabel: ['distilabel.arrow', 'arrow'],
  'NeMo-RL preference': ['nemo.jsonl', 'lines'],
  'PPE best of K': ['best-of-k.json', 'held'],
  'OpenAssistant trees': ['oasst.jsonl.gz', 'lines'],
  'Proofmill rows': ['rows.parquet.gz', 'parquet'],
  'UltraFeedback binarized': ['binarized.arrow.zst', 'arrow'],
  'UltraFeedback, Argilla binarized': ['argilla.tsv.gz', 'tsv'],
  'Orca DPO pairs, Argilla': ['orca.jsonl', 'lines'],
  'Capybara DPO': ['capybara.json.zst', 'list'],
  'LLaMA-Factory, sharegpt': ['sharegpt.json', 'held'],
  'LLaMA-Factory, alpaca': ['alpaca.json', 'columns'],
  'OpenAI preference': ['openai.jsonl.gz', 'lines'],
  'prompt + chosen/rejected': ['misnamed.csv', 'lines'],
};

const recordsOfShape = 4;

interface Expected {
  readonly shape: string;
  readonly question: string;
  readonly responses: readonly string[];
  readonly best: Best;
  readonly sourceId: string | null;
  /** The column that the job carries into the rows. */
  readonly carried: string | null;
  /** The response that the judge takes for the better one. */
  readonly winner: number;
}

/** The label of record n: each response in turn, a tie where the data set has ties, and the first again. */
function bestOf({ labels }: Shaped, n: number): Best {
  if (labels === 'none') return 'none';
  if (labels === 'first') return 0;
  return ([0, 1, labels === 'no ties' ? 1 : 'tie', 0] as const)[n] ?? 0;
}

/** The judge agrees with every label but the last one of each data set, and takes the first response where there is no single best one. */
function expectedOf(shape: Shaped, n: number): Omit<Expected, 'carried'> & Made {
  const best = bestOf(shape, n);
  const gold = typeof best === 'number' ? best : 0;
  return {
    n,
    shape: shape.name,
    question: `How much is ${n} and two, asks ${shape.name}?`,
    responses: Array.from({ length: shape.count ?? 2 }, (_, at) => `It is ${at}, says number ${n} of ${shape.name}.`),
    best,
    sourceId: shape.id?.(n) ?? null,
    winner: n === recordsOfShape - 1 ? gold + 1 : gold,
  };
}

/** By file and place in it. */
const expected = new Map<string, Expected>();
let folder = '';
let job = '';
let out = '';
let simulator: ReturnType<typeof createSimulator>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-shapes-'));
  await mkdir(join(folder, 'corpus'));
  for (const shape of [...compared, ...rated, ...chosen]) {
    const [name, format] = files[shape.name] ?? ['', 'lines'];
    const made = Array.from({ length: recordsOfShape }, (_, n) => expectedOf(shape, n));
    const records: { id?: unknown }[] = made.map((one) => shape.record(one));
    const { bytes, first } = formats[format];
    await writeFile(join(folder, 'corpus', name), packed(await bytes(records), name));
    for (const [n, one] of made.entries()) {
      const id = records[n]?.id;
      expected.set(`corpus/${name}:${n + first}`, { ...one, carried: id === undefined ? null : String(id) });
    }
  }
  const goldPairs = [...expected.values()].flatMap(({ question, responses, winner }) =>
    responses.flatMap((worse, at) =>
      at === winner ? [] : [{ question, better: responses[winner] ?? '', worse, explanation: null }],
    ),
  );
  simulator = createSimulator({ goldPairs, accuracy: { mean: 1, spread: 0 }, positionBias: 0, invalidRate: 0 });
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  const { spec, ...rest } = exampleJob({ votes: 1 });
  const [stage] = spec.pipeline;
  const pipeline = [{ ...stage, engine: { model: 'simulated-judge', baseUrl: url } }];
  job = join(folder, 'job.yaml');
  out = join(folder, 'out');
  await writeFile(
    job,
    JSON.stringify({ ...rest, spec: { ...spec, pipeline, corpus: { uris: ['corpus/*'], carry: ['id'] } } }),
  );
});
afterAll(async () => {
  await simulator.close(0);
  await rm(folder, { recursive: true, force: true });
});

const command = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand({ name: words[0] ?? '', words, mark: folder });
  expect(code, stderr).toBe(0);
  return stdout;
};

const labels = () => [...expected.values()].map(({ best }) => best);
const goldCount = () => labels().filter((best) => typeof best === 'number').length;
const tieCount = () => labels().filter((best) => best === 'tie').length;

test('plan names the data set of each file, and the one whose name says something else', { timeout }, async () => {
  const plan = JSON.parse(await command('plan', job, '--json')) as { readings: { shape: string }[] };
  expect(plan).toMatchObject({
    records: expected.size,
    unreadable: 0,
    gold: goldCount(),
    goldTies: tieCount(),
    notices: ['corpus/misnamed.csv: its name says CSV, and it is read as JSON, which is its content'],
  });
  expect(plan.readings.map(({ shape }) => shape).sort()).toEqual(Object.keys(files).sort());
});

test('a run labels every record, with the gold label and the id that its data set gives it', { timeout }, async () => {
  await command('run', job);
  const { data, failed } = await rowsOf(out);
  expect([...failed.values()].join('')).toBe('');
  const lines = [...data.values()].flatMap((text) => text.trimEnd().split('\n'));
  const rows = new Map(
    lines.map((line): [string, Row] => {
      const row = rowSchema.parse(JSON.parse(line));
      return [`${row.source.file}:${row.source.line}`, row];
    }),
  );
  expect([lines.length, [...rows.keys()].sort()]).toEqual([expected.size, [...expected.keys()].sort()]);
  for (const [place, { question, responses, best, sourceId, carried, winner }] of expected) {
    const row = rows.get(place);
    expect(row?.prompt.map(({ content }) => content).join('\n'), place).toContain(question);
    expect({ ...row }, place).toMatchObject({
      responses,
      sourceId,
      gold: typeof best === 'number' ? best : null,
      goldTied: best === 'tie' ? [...responses.keys()] : [],
      carried: [{ name: 'id', value: carried }],
      winner,
    });
  }
});

test('verify agrees, and the report has the agreement with the gold labels that the judge was given', {
  timeout,
}, async () => {
  await command('verify', '--deep', out);
  const { stages } = JSON.parse(await command('report', out, '--json'));
  const wrong = [...expected.values()].filter(({ best, winner }) => typeof best === 'number' && best !== winner).length;
  expect(stages[0].statistics).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'goldAccuracy', n: goldCount(), value: 1 - wrong / goldCount() }),
      expect.objectContaining({ name: 'goldTies', n: tieCount(), value: 0 }),
    ]),
  );
});
