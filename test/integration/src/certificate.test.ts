/** A certificate of the labels of a real output, from the gold labels of its corpus and from the answers of people. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '@proofmill/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';

const timeout = 120_000;
const demo = join(import.meta.dirname, '../../../examples/demo.yaml');

let folder = '';
let out = '';
let kept: readonly Row[] = [];

const command = (...words: string[]) => runCommand({ name: words[0] ?? '', words, mark: folder });

async function printed(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(...words);
  expect(code, stderr).toBe(0);
  return stdout;
}

const recordsIn = <Value>(lines: string): Value[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const toLines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-certificate-'));
  out = join(folder, 'out');
  await printed('run', demo, '--out', out, '--limit', '160');
  kept = recordsIn<Row>(await printed('rows', out)).filter((row) => row.kept);
}, timeout);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('it counts the rows that are kept and the wrong ones among them, and is written once', { timeout }, async () => {
  const file = join(folder, 'certificate.json');
  const words = ['certify', out, '--error-at-most', '0.3', '--out', file];
  expect(await printed(...words)).toMatch(/^certified: \d+ of \d+ kept rows .*\. At most 30\.0 % of their labels/);
  const certificate = JSON.parse(await readFile(file, 'utf8'));
  expect(certificate).toMatchObject({
    ...{ v: 1, goal: { errorAtMost: 0.3, confidence: 0.9 }, gold: 'corpus', rows: kept.length },
    sampled: kept.filter(({ gold }) => gold !== null).length,
    wrong: kept.filter(({ gold, winner }) => gold !== null && gold !== winner).length,
  });
  const [group] = certificate.groups;
  const above = kept.filter(({ confidence }) => (confidence ?? 0) >= group.holds.threshold);
  expect(group.holds).toMatchObject({
    rows: above.length,
    wrong: above.filter(({ gold, winner }) => gold !== winner).length,
  });
  expect(await command(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
  expect(await command('certify', out, '--error-at-most', '0.001')).toMatchObject({
    ...{ code: 3, stdout: expect.stringMatching(/^nothing is certified/) },
  });
});

test('people are shown a random sample without labels, and answer all of it', { timeout }, async () => {
  const shown = recordsIn<Row>(await printed('sample', out, '--n', '60'));
  expect(new Set(shown.map(({ id }) => id)).size).toBe(60);
  expect(Object.keys(shown[0] ?? {})).toEqual(['id', 'sourceId', 'prompt', 'responses']);

  const goldOf = new Map(kept.map(({ id, gold }) => [id, gold]));
  const answers = shown.map(({ id }) => ({ id, winner: goldOf.get(id) ?? null }));
  const answered = async (given: readonly object[]) => {
    const file = join(folder, 'answers.jsonl');
    await writeFile(file, toLines(given));
    return command('certify', out, '--error-at-most', '0.3', '--gold', file, '--json');
  };
  const certificate = JSON.parse((await answered(answers)).stdout);
  const winnerOf = new Map(kept.map(({ id, winner }) => [id, winner]));
  const wrong = answers.filter(({ id, winner }) => winner !== winnerOf.get(id)).length;
  expect(certificate).toMatchObject({ gold: 'people', sampled: 60, wrong });

  const cannotTell = answers.map((answer, at) => (at < 5 ? { ...answer, winner: null } : answer));
  expect(JSON.parse((await answered(cannotTell)).stdout).wrong).toBeGreaterThanOrEqual(5);

  const bad: [given: object[], sentence: string][] = [
    [[...answers, { id: 'nobody', winner: 0 }], '1 of them are not about the first 61 items'],
    [[...answers.slice(1), { id: answers[0]?.id, winner: 2 }], 'it has 2 responses, which are counted from 0'],
  ];
  for (const [given, sentence] of bad) {
    expect(await answered(given)).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
  }
});
