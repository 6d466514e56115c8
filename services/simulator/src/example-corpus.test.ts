import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, framed, verdictOf } from './client.fixture.ts';
import { createSimulator } from './index.ts';

const corpus = join(import.meta.dirname, '../../../examples/corpus');

interface Pair {
  readonly question: string;
  readonly response_A: string;
  readonly response_B: string;
  readonly label: string;
  readonly source: string;
}

/** The lines of the first file that are pairs; the others are broken on purpose. */
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

test('the judge knows every pair of the corpus', async () => {
  const goldFiles = [join(corpus, 'pairs.jsonl'), join(corpus, 'more-pairs.jsonl.gz')];
  const simulator = createSimulator({ goldFiles, accuracy: { mean: 1, spread: 0 }, positionBias: 0, invalidRate: 0 });
  for (const { question, response_A, response_B, label, source } of pairs()) {
    if (source === 'hostile') continue;
    const { contents } = await ask(simulator, framed(question, response_A, response_B), { max_tokens: 6000 });
    expect(`${question} ${verdictOf(contents[0] ?? '')}`).toBe(`${question} ${label[0]}`);
  }
});
