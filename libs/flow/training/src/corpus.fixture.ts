/** A corpus of records in memory. */
import type { Corpus } from '@proofmill/contract';

export const pair = (prompt: string, more: object = {}): object => ({ prompt, responses: ['x', 'y'], ...more });

export const corpusOf = (values: readonly object[]): Corpus => ({
  list: async () => [{ uri: 'pairs.jsonl', bytes: 0, etag: '1' }],
  async *records() {
    yield values.map((value, at) => ({ line: at + 1, bytes: 0, value }));
  },
});
