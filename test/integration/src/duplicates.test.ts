import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allTokens, type Row, rowSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { startCommand } from './command.ts';
import { writeExample } from './example.ts';
import { filesOf } from './output.ts';
import { within } from './within.ts';

const pairCount = 30;

/** Each record, then the same pair the other way round, then a plain copy, each with an id of its own. */
function repeated(lines: string[]): string[] {
  const records = lines.map((line) => JSON.parse(line) as Record<string, string>);
  const all = records.flatMap((record) => [
    record,
    {
      ...record,
      id: `${record.id}-turned`,
      response_A: record.response_B,
      response_B: record.response_A,
      label: record.label === 'A>B' ? 'B>A' : 'A>B',
    },
    { ...record, id: `${record.id}-again` },
  ]);
  return all.map((record) => JSON.stringify(record));
}

test('a pair that recurs in its shard is asked about once, whichever way round, and gets the same label', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-duplicates-'));
  try {
    const { job, out } = await writeExample(folder, { records: pairCount, prove: true, edit: repeated });
    for (const words of [
      ['run', job],
      ['verify', '--deep', out],
    ]) {
      const command = startCommand({ name: words.join(' '), words, mark: folder });
      expect(await within(words.join(' '), command.ended), command.stderr).toEqual({ code: 0, signal: null });
    }
    const files = await filesOf(join(out, 'data'));
    const rows = [...files.values()].flatMap((content) =>
      content
        .trimEnd()
        .split('\n')
        .map((line): Row => rowSchema.parse(JSON.parse(line))),
    );
    expect(rows).toHaveLength(3 * pairCount);
    const originals = rows.filter(({ sameAs }) => sameAs === null);
    const copies = rows.filter(({ sameAs }) => sameAs !== null);
    // All copies but those that a shard border separates from their original.
    expect(copies.length).toBeGreaterThan(2 * pairCount - 8);
    for (const row of copies) {
      const original = rows.find(({ id }) => id === row.sameAs);
      if (!original) throw new Error(`${row.id} is the same as ${row.sameAs}, which is no row`);
      const textOf = ({ winner, responses }: Row): string | null =>
        winner === null ? null : (responses[winner] ?? '');
      expect(textOf(row)).toBe(textOf(original));
      expect(row.confidence).toBe(original.confidence);
      expect(row.tokens.map(allTokens)).toEqual(row.tokens.map(() => 0));
      expect(row.responses.toSorted()).toEqual(original.responses.toSorted());
      expect(row.sourceId).not.toBe(original.sourceId);
      expect(row.proof?.text).toBe(original.proof?.text);
    }
    for (const { tokens } of originals) expect(tokens[0]?.completion).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
