/** Which pairs a round takes from a corpus, and how they are written down. */
import { type Item, sha256 } from '@proofmill/contract';

/** Corpus of a job that reads a batch. */
export interface BatchFiles {
  readonly corpus: unknown;
}

/** A pair of a batch, in the columns that `batchCorpus` reads. */
export interface BatchRecord {
  readonly id: string | null;
  readonly prompt: Item['prompt'];
  readonly responses: readonly string[];
  /** 1 for each response that the gold label names, 0 for the others; null without a gold label. */
  readonly gold: readonly number[] | null;
}

export const batchRecord = (item: Item, isLabelled: boolean): BatchRecord => ({
  id: item.sourceId,
  prompt: item.prompt,
  responses: item.responses,
  gold: isLabelled ? ratingsOf(item) : null,
});

function ratingsOf({ responses, gold, goldTied }: Item): number[] | null {
  const best = gold === null ? (goldTied ?? []) : [gold];
  return best.length === 0 ? null : responses.map((_, index) => Number(best.includes(index)));
}

/** `spec.corpus` of the job that reads a batch whose files are these. */
export const batchCorpus = (files: readonly string[]): BatchFiles => ({
  corpus: {
    uris: files,
    format: 'jsonl',
    fields: { id: 'id', prompt: 'prompt', responses: 'responses', ratings: 'gold' },
  },
});

/** 52 bits of a digest: among 10 million prompts one in 900 million is taken for another one, and is left out. */
const digits = 13;

/**
 * The number of a prompt, by which it belongs to a part of the corpus and is found in an evaluation. Case, white space and Unicode's
 * compatible forms make no difference.
 */
export function promptNumber(prompt: Item['prompt']): number {
  return Number.parseInt(sha256(promptKey(prompt)).slice(0, digits), 16);
}

const promptKey = (prompt: Item['prompt']): string =>
  JSON.stringify(
    prompt.map(({ role, content }) => [role, content.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()]),
  );

export const partOf = (number: number, parts: number): number => number % parts;

/** Whether the gold labels of a prompt are held out, with `share` of all prompts. Pairs of one prompt are all held out, or none. */
export const isHeldOut = (number: number, share: number): boolean =>
  Number.parseInt(sha256(`held out ${number}`).slice(0, digits), 16) < share * 16 ** digits;
