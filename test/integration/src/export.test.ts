/** Training sets of a real output: what they hold, and that the same export gives the same bytes, wherever it goes. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Row, sha256 } from '@proofmill/contract';
import { s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chanceOf, seedNote, startHub, testSeed } from '@proofmill/test-kit';
import { runCommand, startCommand } from './command.ts';
import { within } from './within.ts';
import { commandsIn, recordsIn } from './commands.ts';

const timeout = 120_000;
const examples = join(import.meta.dirname, '../../../examples');

let folder = '';
let out = '';
let rows: readonly Row[] = [];
const { command, printed } = commandsIn(() => folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-export-'));
  out = join(folder, 'out');
  await printed('run', join(examples, 'demo.yaml'), '--out', out, '--limit', '120');
  rows = recordsIn<Row>(await printed('rows', out));
}, timeout);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Gram {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

/** The digest of every file of a set, by its path. */
async function digestsOf(set: string): Promise<Record<string, string>> {
  const entries = await readdir(set, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.toSorted().map(async (path) => {
        const digest = createHash('sha256').update(await readFile(path));
        return [path.slice(set.length + 1), digest.digest('hex')];
      }),
    ),
  );
}

test("a set for gram asks with GRAM-R2's own prompt, byte for byte, and answers in its form", { timeout }, async () => {
  const set = join(folder, 'gram');
  const said = await printed('export', out, '--for', 'gram', '--to', set, '--eval-share', '0.2');
  const files = await Promise.all(
    ['train', 'test'].map((split) => readFile(join(set, split, `${split}-00000-of-00001.jsonl`), 'utf8')),
  );
  const found = files.flatMap((file) => recordsIn<Gram>(file));
  const kept = rows.filter((row) => row.kept);
  expect(found).toHaveLength(kept.length);
  expect(said).toContain(`${rows.length} rows read`);
  const byPair = new Map(kept.map((row) => [row.responses.toSorted().join('\0'), row]));
  for (const { instruction, input, output } of found) {
    const [, question = '', first = '', second = ''] =
      /\[User Question\]\n([\s\S]*)\n\n\[The Start of Assistant A's Response\]\n([\s\S]*)\n\[The End of Assistant A's Response\]\n\n\[The Start of Assistant B's Response\]\n([\s\S]*)\n\[The End of Assistant B's Response\]$/.exec(
        instruction,
      ) ?? [];
    const row = byPair.get([first, second].sort().join('\0'));
    expect(row?.prompt).toEqual([{ role: 'user', content: question }]);
    const [, reasoning = '', letter = ''] =
      /^<think>([\s\S]*)<\/think>\n<answer>\n([AB])\n<\/answer>$/.exec(output) ?? [];
    expect(letter === 'A' ? first : second).toBe(row?.responses[row.winner ?? -1]);
    // The order is the one that the proof was written in, and its reasoning is all of it but opening and conclusion.
    expect(row?.proof?.order.map((index) => row.responses[index])).toEqual([first, second]);
    expect(row?.proof?.text).toContain(reasoning);
    const template = instruction
      .replace(`\n${question}\n`, () => '\n{user_input}\n')
      .replace(`\n${first}\n[The End of Assistant A`, () => '\n{response_1}\n[The End of Assistant A')
      .replace(`\n${second}\n[The End of Assistant B`, () => '\n{response_2}\n[The End of Assistant B');
    // The sha256 of upstream's prompt, as the profile gram-r2 names it.
    expect(sha256(template)).toBe('3bbed89b057f078e352e480b964a22bd19357bcadf294edbaaf9d9f6bf5c2820');
    expect(input).toBe('');
  }
});

test('the same export has the same bytes, is left as it is where it is complete, and is refused to others', {
  timeout,
}, async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  const again = join(folder, 'again');
  await printed('run', join(examples, 'demo.yaml'), '--out', again, '--limit', '60');
  const words = ['--for', 'trl', '--as', 'scalar', '--eval-share', '0.1', '--margin', '--model', 'small'];
  const manifest = JSON.parse(await printed('export', out, again, ...words, '--to', one, '--json'));
  await printed('export', again, out, ...words, '--to', other);
  const digests = await digestsOf(one);
  expect(await digestsOf(other)).toEqual(digests);
  expect(manifest.leftOut.duplicate).toBeGreaterThan(40);
  for (const { path, sha256: digest } of manifest.files) expect(digests[path]).toBe(digest);
  expect(Object.keys(digests)).toContain('reward.yaml');
  await printed('export', out, again, ...words, '--to', one);
  expect(await digestsOf(one)).toEqual(digests);
  const refused = await command('export', out, ...words, '--to', one);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('an export of other rows')]);
  const foreign = await command('export', out, ...words, '--to', out);
  expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('holds other files')]);
});

test('an export that is killed at any moment is completed by the same command, byte for byte', {
  timeout,
}, async () => {
  const words = (to: string) => ['export', out, '--for', 'trl', '--as', 'reasoning', '--eval-share', '0.3', '--to', to];
  const whole = join(folder, 'undisturbed');
  const beganMs = performance.now();
  await printed(...words(whole));
  const tookMs = performance.now() - beganMs;
  const expected = await digestsOf(whole);
  const paths = Object.keys(expected);
  const chance = chanceOf(testSeed);
  // What of the set there was when it was killed, by its paths: once it is claimed, with its rows, and whole but for _SUCCESS.
  const left = new Set<string>();
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const to = join(folder, `killed-${attempt}`);
    // The first half dies when a file appears, the others at some moment.
    const appears = attempt < 6 ? paths[attempt % paths.length] : undefined;
    const command = startCommand({ name: 'export', words: words(to), mark: folder });
    if (appears === undefined) await pause(tookMs * (0.3 + 0.7 * chance()));
    else while (command.running && !existsSync(join(to, appears))) await pause(1);
    command.kill('SIGKILL');
    await within('it ends', command.ended, timeout);
    const found = existsSync(to) ? Object.keys(await digestsOf(to)) : [];
    left.add(found.filter((path) => paths.includes(path)).join(', '));
    await printed(...words(to));
    const now = Object.fromEntries(
      Object.entries(await digestsOf(to)).filter(([path]) => !path.startsWith('.proofmill/tmp')),
    );
    expect(now, `${seedNote}, attempt ${attempt}, killed with ${found.join(', ')}`).toEqual(expected);
  }
  expect(left.size, `all were killed at the same moment: ${[...left].join('; ')}`).toBeGreaterThan(2);
});

test('a set that is pushed is on the hub as it is here, and a push that was ended is completed', {
  timeout,
}, async () => {
  await using hub = await startHub();
  const to = join(folder, 'pushed');
  const words = ['export', out, '--for', 'trl', '--as', 'scalar', '--to', to, '--push', 'hf://org/set'];
  const env = { HF_ENDPOINT: hub.address, HF_TOKEN: 'hf_right' };
  const push = (more: object = {}) => runCommand({ name: 'export', words, mark: folder, env: { ...env, ...more } });
  const without = await push({ HF_TOKEN: '' });
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('HF_TOKEN')]);
  hub.state.dieAt = 2;
  const ended = await push();
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('the Hub refuses (403')]);
  const again = await push();
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).toMatch(/hf:\/\/org\/set: complete, \d+ files were sent/);
  const here = Object.entries(await digestsOf(to)).filter(([path]) => !path.startsWith('.'));
  const there = [...hub.state.files]
    .filter(([path]) => path !== '.gitattributes')
    .map(([path, bytes]) => [path, sha256(bytes)]);
  expect(Object.fromEntries(there)).toEqual(Object.fromEntries(here));
  expect([...hub.state.files.keys()].at(-1)).toBe('_SUCCESS');
  expect((await push()).stderr).toContain('hf://org/set: nothing was missing');
  const remote = await command('export', out, '--for', 'trl', '--to', 's3://bucket/set', '--push', 'hf://org/set');
  expect([remote.code, remote.stderr]).toEqual([
    2,
    expect.stringContaining('--push sends a set from a folder of this machine'),
  ]);
});

test('prompts of benchmarks are left out and counted by file, whatever their format', { timeout }, async () => {
  const [first, second] = rows.filter((row) => row.kept).map(({ prompt }) => prompt[0]?.content ?? '');
  const plain = join(folder, 'plain.json');
  await writeFile(plain, JSON.stringify([{ question: first?.toUpperCase() }]));
  const pairs = join(folder, 'pairs.csv');
  await writeFile(pairs, `prompt,chosen,rejected\n"${second}",good,bad\n`);
  const words = ['--for', 'llama-factory', '--to', join(folder, 'clean'), '--without', plain, pairs, '--json'];
  const { benchmarks, leftOut } = JSON.parse(await printed('export', out, ...words));
  expect(Object.keys(benchmarks).map((name) => name.split('/').at(-1))).toEqual(['pairs.csv', 'plain.json']);
  expect(Object.values(benchmarks)).toEqual([
    { prompts: expect.any(Number), words: 0 },
    { prompts: expect.any(Number), words: 0 },
  ]);
  expect(leftOut['benchmark-prompt']).toBeGreaterThanOrEqual(2);
  const empty = join(folder, 'empty.jsonl');
  await writeFile(empty, '{"answer":42}\n');
  const to = join(folder, 'none');
  const refused = await command('export', out, '--for', 'trl', '--to', to, '--without', empty);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('empty.jsonl, line 1: no prompt')]);
});

test('what a trainer or a form does not take is refused with what it takes', { timeout }, async () => {
  const to = join(folder, 'refused');
  for (const [words, sentence] of [
    [['--for', 'gram', '--as', 'scalar'], 'gram has no form scalar: with --for gram, --as takes reasoning'],
    [['--for', 'trl', '--margin'], 'trl takes no margin with --as preference'],
    [['--for', 'trl', '--both-orders'], '--both-orders changes nothing in a set of the form preference'],
    [
      ['--for', 'trl', '--as', 'reasoning', '--profile', 'pointwise-rating'],
      'does not ask for reasoning with <answer>',
    ],
    [['--for', 'trl', '--min-confidence', '0.9999'], 'none is left to train on'],
    [['--for', 'keras'], 'It must be one of: trl, '],
  ] as const) {
    const refused = await command('export', out, '--to', to, ...words);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(sentence)]);
  }
  await expect(readdir(to)).rejects.toThrow('ENOENT');
});

interface Task {
  readonly data: { readonly item: string; readonly order: readonly number[]; readonly rank: number };
}

test('what people answer in Label Studio becomes gold labels that certify takes', { timeout }, async () => {
  const review = join(folder, 'review');
  await printed('export', out, '--for', 'label-studio', '--rows', '40', '--to', review);
  const text = await readFile(join(review, 'tasks.json'), 'utf8');
  const tasks: readonly Task[] = JSON.parse(text);
  const sample = recordsIn<Row>(await printed('sample', out, '--n', '40'));
  expect(tasks.map(({ data }) => data.item)).toEqual(sample.map(({ id }) => id));
  expect(text).not.toContain('predictions');
  expect(text).not.toContain('winner');
  // People who know the gold labels of the corpus.
  const goldOf = new Map(rows.map(({ id, gold, goldTied }) => [id, goldTied.length > 0 ? null : gold]));
  const answered = tasks.map(({ data }) => {
    const place = data.order.indexOf(goldOf.get(data.item) ?? -1);
    const choice = place < 0 ? 'equal' : `Response ${place + 1}`;
    return { id: data.rank, data, annotations: [{ result: [{ from_name: 'verdict', value: { choices: [choice] } }] }] };
  });
  const answers = join(folder, 'answers.json');
  await writeFile(answers, JSON.stringify(answered));
  const gold = join(folder, 'gold.jsonl');
  const said = await printed('import-reviews', answers, '--for', 'label-studio', '--to', gold);
  expect(said).toContain('40 items answered');
  const [byPeople, byCorpus] = await Promise.all(
    [['--gold', gold], []].map(async (words) => {
      const ended = await command('certify', out, '--json', '--error-at-most', '0.4', ...words);
      return JSON.parse(ended.stdout);
    }),
  );
  expect([byPeople.gold, byCorpus.gold]).toEqual(['people', 'corpus']);
  expect(byPeople.sampled).toBe(40);
});

test('rows for people are those that the judge is least sure of, of one output', { timeout }, async () => {
  const review = join(folder, 'unsure');
  const words = ['--for', 'argilla', '--rows', '10', '--by', 'uncertainty', '--to', review];
  await printed('export', out, ...words);
  const { records } = JSON.parse(await readFile(join(review, 'records.json'), 'utf8'));
  const asked = new Set(records.map(({ item }: { item: string }) => item));
  const sure = (row: Row): number => row.confidence ?? 0;
  const judged = rows.filter(({ decidedBy, flags }) => decidedBy === 'judge' && flags.length === 0);
  const chosen = judged.filter(({ id }) => asked.has(id)).map(sure);
  const others = judged.filter(({ id }) => !asked.has(id)).map(sure);
  expect(chosen).toHaveLength(10);
  expect(Math.max(...chosen)).toBeLessThanOrEqual(Math.min(...others));
  for (const [more, sentence] of [
    [['--margin'], '--margin: for trainers only'],
    [[join(folder, 'again')], 'people answer about one output at a time'],
  ] as const) {
    const refused = await command('export', out, ...more, ...words);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(sentence)]);
  }
  const refused = await command('export', out, '--for', 'trl', '--show-judge', '--to', join(folder, 'x'));
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--show-judge: for people only')]);
});

const skipReason = await s3SkipReason();
test.skipIf(skipReason)(
  `a set may lie in an object store${skipReason && `: skipped. ${skipReason}`}`,
  {
    timeout,
  },
  async () => {
    await using s3 = await startS3();
    const words = ['export', out, '--for', 'trl', '--to'];
    const here = join(folder, 'here');
    await printed('export', ...words.slice(1), here);
    const there = [...words, `s3://${s3.bucket}/sets/pairs`, '--json'];
    const ended = await runCommand({ name: 'export', words: there, mark: folder, env: s3.env });
    expect(ended.code, ended.stderr).toBe(0);
    expect(await digestsOf(join(s3.folder, s3.bucket, 'sets/pairs'))).toEqual(await digestsOf(here));
  },
);
