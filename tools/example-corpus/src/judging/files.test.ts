import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgingCorpus } from './files.ts';

const folder = join(import.meta.dirname, '../../../../examples/loops/laptop/corpus');

interface Line {
  readonly prompt: string;
  readonly response_A: string;
  readonly response_B: string;
  readonly kind: string;
  readonly label?: 'A>B' | 'B>A';
  readonly rationale?: string;
}

const linesOf = (content: Uint8Array): Line[] =>
  Buffer.from(content)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const files = (seed?: number): [name: string, lines: Line[]][] =>
  [...judgingCorpus(seed)].map(([name, content]) => [name, linesOf(content)]);

test('the generated corpus has the committed bytes', () => {
  for (const [name, content] of judgingCorpus()) {
    expect(readFileSync(join(folder, name)).equals(content), name).toBe(true);
  }
});

test('no prompt is in two files, or twice in one', () => {
  const prompts = files().flatMap(([, lines]) => lines.map(({ prompt }) => prompt));
  expect(new Set(prompts).size).toBe(prompts.length);
});

test('another seed gives other pairs, to choose settings on', () => {
  const held = new Set(files().flatMap(([, lines]) => lines.map((line) => JSON.stringify(line))));
  const common = files(7).flatMap(([, lines]) => lines.filter((line) => held.has(JSON.stringify(line))));
  expect(common).toEqual([]);
});

test.each(files())(
  '%s has as many pairs of each kind, either response is right about as often, and length says nothing',
  (name, lines) => {
    const counts = new Map<string, number>();
    for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect([...counts.values()]).toEqual(Array.from({ length: 5 }, () => lines.length / 5));
    const labelled = lines.filter(({ label }) => label !== undefined);
    expect(labelled.length).toBe(name === 'unlabelled.jsonl' ? lines.length / 10 : lines.length);
    const first = labelled.filter(({ label }) => label === 'A>B').length;
    expect(Math.abs(first / labelled.length - 0.5)).toBeLessThan(0.1);
    const different = labelled.filter(({ response_A, response_B }) => response_A.length !== response_B.length);
    const longer = different.filter(
      (line) => (line.label === 'A>B') === line.response_A.length > line.response_B.length,
    );
    expect(Math.abs(longer.length / different.length - 0.5)).toBeLessThan(0.12);
  },
);

test('a rationale calls the right response right and the other one wrong, and is found in rationales.jsonl alone', () => {
  for (const [name, lines] of files()) {
    for (const { label, rationale } of lines) {
      if (name !== 'rationales.jsonl') expect(rationale).toBeUndefined();
      else if (label === 'A>B')
        expect(rationale).toMatch(/^The instruction asks for .+\. Response 1 .+: right\. Response 2 .+: wrong\.$/);
      else expect(rationale).toMatch(/^The instruction asks for .+\. Response 1 .+: wrong\. Response 2 .+: right\.$/);
    }
  }
});
