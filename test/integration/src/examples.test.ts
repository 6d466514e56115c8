import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Row, rowSchema, validVotesIn } from '@proofmill/contract';
import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import { filesOf } from './output.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const timeout = 120_000;

/** Runs an example to its end and checks every row of what it wrote. */
async function runExample(name: string, ...words: string[]): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-example-'));
  try {
    const out = join(folder, 'out');
    for (const command of [
      ['run', join(examples, `${name}.yaml`), '--out', out, ...words],
      ['verify', '--deep', out],
    ]) {
      const started = startCommand({ name: `${name} ${command[0]}`, words: command, mark: folder });
      expect(await within(`${name} ${command[0]}`, started.ended, timeout), started.stderr).toEqual({
        code: 0,
        signal: null,
      });
    }
    const files = await filesOf(join(out, 'data'));
    const lines = [...files.values()].flatMap((content) => content.trimEnd().split('\n'));
    return lines.map((line) => rowSchema.parse(JSON.parse(line)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the rounds of an example loop ask for. */
async function planOf(name: string): Promise<Record<string, number>[]> {
  const { code, stdout, stderr } = await runCommand({
    name: `plan ${name}`,
    words: ['plan', join(examples, 'loops', `${name}.yaml`), '--json'],
    mark: examples,
  });
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { rounds: Record<string, number>[] }).rounds;
}

const rightShare = (rows: readonly Row[]): number => {
  const compared = rows.filter(({ winner, gold }) => winner !== null && gold !== null);
  return compared.filter(({ winner, gold }) => winner === gold).length / compared.length;
};

describe.concurrent('the examples', () => {
  test('prove-gold proves the labels of the corpus, the best of four by its likelihood', { timeout }, async () => {
    const rows = await runExample('prove-gold');
    expect(rows).toHaveLength(99);
    for (const row of rows) {
      expect(row).toMatchObject({ decidedBy: 'gold', winner: row.gold, judge: null, votes: [], confidence: null });
      expect(row.prover?.served).toEqual({ model: 'simulated-judge', version: expect.any(String) });
    }
    const selected = rows.filter(({ proof }) => proof?.selectedBy === 'likelihood-ratio');
    expect(selected.length).toBeGreaterThan(80);
    for (const { proof } of selected) expect(proof?.score).toBeLessThan(0);
  });

  test('best-of-n ranks four responses by all their comparisons in both orders', { timeout }, async () => {
    const rows = await runExample('best-of-n');
    expect(rows).toHaveLength(40);
    for (const { ranking, scores, votes, winner } of rows) {
      expect(ranking?.toSorted()).toEqual([0, 1, 2, 3]);
      if (winner !== null) expect(ranking?.[0]).toBe(winner);
      expect(scores).toMatchObject({ kind: 'bradley-terry' });
      expect(new Set(votes.map(({ order }) => order.join())).size).toBe(12);
    }
    expect(rightShare(rows)).toBeGreaterThan(0.8);
  });

  test('best-of-n-picks shows all responses at once, each at each place, until the winner is certain', {
    timeout,
  }, async () => {
    const rows = await runExample('best-of-n-picks');
    expect(rows).toHaveLength(40);
    for (const { votes, scores, confidenceOf, winner, ranking } of rows) {
      expect(confidenceOf).toBe('picks');
      for (const { order, picks } of votes) expect([order.toSorted(), picks?.length]).toEqual([[0, 1, 2, 3], 4]);
      expect(scores?.values.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      if (winner !== null) expect(ranking?.[0]).toBe(winner);
    }
    // Eight votes are asked for where they are needed, and fewer where the winner is certain earlier.
    const cast = rows.map(({ votes }) => votes.reduce((sum, each) => sum + validVotesIn(each), 0));
    expect([Math.min(...cast), Math.max(...cast)]).toEqual([5, 8]);
    expect(rightShare(rows)).toBeGreaterThan(0.8);
  });

  test('ratings rates each response alone, and the higher mean wins', { timeout }, async () => {
    const rows = await runExample('ratings', '--limit', '120');
    for (const { votes, scores, winner, decidedBy } of rows) {
      if (decidedBy === 'identical') continue;
      const means = votes.map(
        ({ ratings }) => (ratings ?? []).reduce((sum, each) => sum + each, 0) / (ratings ?? []).length,
      );
      expect(scores).toMatchObject({ kind: 'rated', values: means.map((mean) => expect.closeTo(mean, 9)) });
      if (winner !== null) expect(means[winner]).toBe(Math.max(...means));
    }
    expect(rightShare(rows)).toBeGreaterThan(0.8);
  });

  test('cascade asks the judge that reasons only where the reward model is not sure', { timeout }, async () => {
    const rows = await runExample('cascade');
    const byFirst = rows.filter(({ decidedBy }) => decidedBy === 'first-judge');
    const bySecond = rows.filter(({ decidedBy }) => decidedBy === 'judge');
    expect(byFirst.length).toBeGreaterThan(100);
    expect(bySecond.length).toBeGreaterThan(20);
    for (const { cascade, judge, votes, confidence } of byFirst) {
      expect(cascade).toMatchObject({ decidedBy: 'first', reason: 'settled' });
      expect([judge?.model, votes.length, (confidence ?? 0) >= 0.9]).toEqual(['simulated-reward', 0, true]);
    }
    for (const { cascade, judge, scores } of bySecond) {
      expect(cascade).toMatchObject({ decidedBy: 'second', reason: 'margin', first: { scores: { kind: 'reward' } } });
      expect([judge?.model, scores]).toEqual(['simulated-judge', null]);
    }
    expect(rightShare(rows)).toBeGreaterThan(0.9);
  });

  test('the loops can be planned; the recipe of the paper asks for what the paper says', { timeout }, async () => {
    expect(await planOf('laptop/loop')).toMatchObject([
      { judgeAnswers: 0, proofs: 720, evaluationAnswers: 480 },
      { judgeAnswers: 800, proofs: 200, evaluationAnswers: 240 },
      { judgeAnswers: 800, proofs: 200, evaluationAnswers: 240 },
    ]);
    // 500,000 pairs, 16 answers and 4 proofs each, and each proof scored with its label and alone (arXiv 2509.02492).
    const round = { pairs: 500_000, judgeAnswers: 8_000_000, proofs: 2_000_000, scorings: 4_000_000 };
    expect((await planOf('gram-r2')).slice(1, 4)).toMatchObject([round, round, round]);
  });

  test.skipIf(skipReason)(
    `cascade gives the same rows with a worker between two engines${skipReason && `: skipped. ${skipReason}`}`,
    { timeout },
    async () => {
      const overNats = await runExample('cascade', '--executor', 'nats', '--limit', '60');
      expect(overNats).toEqual(await runExample('cascade', '--limit', '60'));
      expect(new Set(overNats.map(({ decidedBy }) => decidedBy))).toEqual(new Set(['first-judge', 'judge']));
    },
  );
});
