import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { exampleCorpus } from './corpus.ts';

const corpus = join(import.meta.dirname, '../../../examples/corpus');

interface Pair {
  readonly question: string;
  readonly response_A: string;
  readonly response_B: string;
  readonly label: string;
  readonly source: string;
}

/** The lines of the first file that are pairs; the rest are broken on purpose. */
function pairs(): Pair[] {
  return readFileSync(join(corpus, 'pairs.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const record = JSON.parse(line) as Pair & { id?: string };
        return record.id?.startsWith('ex-') ? [record] : [];
      } catch {
        return [];
      }
    });
}

test('the generated corpus has the committed bytes', () => {
  const made = exampleCorpus();
  const contentOf = (name: string): Uint8Array => made.get(name) ?? new Uint8Array();
  for (const name of ['pairs.jsonl', 'best-of-n.jsonl']) {
    expect(readFileSync(join(corpus, name)).equals(contentOf(name)), name).toBe(true);
  }
  // Compressed bytes differ between builds of zlib; the content does not, and the header has no time.
  const committed = readFileSync(join(corpus, 'more-pairs.jsonl.gz'));
  expect(gunzipSync(contentOf('more-pairs.jsonl.gz')).equals(gunzipSync(committed))).toBe(true);
  expect(committed.readUInt32LE(4)).toBe(0);
});

test('each kind has its number of pairs, the labels are balanced, and length predicts nothing', () => {
  const all = pairs();
  const counts: Record<string, number> = {};
  for (const { source } of all) counts[source] = (counts[source] ?? 0) + 1;
  expect(counts).toEqual({
    arithmetic: 105,
    units: 85,
    dates: 90,
    facts: 100,
    code: 90,
    instructions: 100,
    refusals: 70,
    hostile: 5,
  });
  const first = all.filter(({ label }) => label === 'A>B').length;
  expect(Math.abs(first - all.length / 2)).toBeLessThan(1);
  const longer = all.filter(
    ({ label, response_A, response_B }) => (label === 'A>B') === response_A.length > response_B.length,
  );
  expect(longer.length / all.length).toBeGreaterThan(0.42);
  expect(longer.length / all.length).toBeLessThan(0.58);
  const lines = readFileSync(join(corpus, 'pairs.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.length - all.length).toBe(6);
  expect(
    gunzipSync(readFileSync(join(corpus, 'more-pairs.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n'),
  ).toHaveLength(120);
});
