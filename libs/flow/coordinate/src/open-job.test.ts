import { ConfigurationError, type Corpus, type Job, jobSchema, type RawRecord } from '@proofmill/contract';
import { judgeProfile, memoryStore } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { openJob } from './open-job.ts';

const good = (line: number): RawRecord => ({ line, bytes: 10, value: { prompt: 'p', responses: ['a', 'b'] } });
const bad = (line: number): RawRecord => ({
  line,
  bytes: 10,
  problem: { class: 'not-json', message: `broken ${line}` },
});

const jobOf = (corpus: object = {}): Job =>
  jobSchema.parse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'job' },
    spec: {
      corpus: { uris: ['pairs.jsonl'], ...corpus },
      pipeline: [{ stage: 'label', judge: 'test-judge', engine: { model: 'm' } }],
      output: { uri: '/out' },
    },
  });

/** A corpus of one file; counts the records that are taken of it. */
function corpusOf(records: readonly RawRecord[], bytes = 10 * records.length): Corpus & { taken: number } {
  const corpus = {
    taken: 0,
    list: async () => [{ uri: 'pairs.jsonl', bytes, etag: String(records.length) }],
    async *records() {
      for (const record of records) {
        corpus.taken += 1;
        yield [record];
      }
    },
  };
  return corpus;
}

const profiles = [{ judge: judgeProfile(), first: null, selector: null }];
const { signal: stop } = new AbortController();
const signing = { secret: null, draw: () => 'a secret that nobody would guess' };

describe('a job whose corpus has nothing to ask about', () => {
  it('is refused with its first three problems, and leaves the output folder as it was', async () => {
    const objects = new Map<string, Uint8Array>();
    const options = { job: jobOf(), profiles, store: memoryStore(objects), signing, stop };
    const refused = openJob({ ...options, corpus: corpusOf([1, 2, 3, 4].map(bad)) });
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(
      `no record of the corpus can be used: 4 records in 1 file, not-json 4
  pairs.jsonl:1: not-json: broken 1
  pairs.jsonl:2: not-json: broken 2
  pairs.jsonl:3: not-json: broken 3
Nothing was asked.`,
    );
    expect([...objects.keys()]).toEqual([]);
    // The corrected corpus fits the same folder.
    await openJob({ ...options, corpus: corpusOf([bad(1), good(2)]) });
    expect([...objects.keys()].sort()).toEqual([
      '.proofmill/label/job.json',
      '.proofmill/label/stage.json',
      '.proofmill/signing-secret',
    ]);
  });

  it('is refused where the files are empty', async () => {
    const open = (corpus: Corpus) => openJob({ job: jobOf(), profiles, store: memoryStore(), corpus, signing, stop });
    await expect(open(corpusOf([]))).rejects.toThrow(
      'the corpus has no records: pairs.jsonl is empty. Nothing was asked.',
    );
    await expect(open(corpusOf([], 2))).rejects.toThrow('pairs.jsonl is without a line of text.');
  });

  it('is refused where only the records beyond the limit could be used', async () => {
    const corpus = corpusOf([bad(1), bad(2), good(3)]);
    const refused = openJob({ job: jobOf({ limit: 2 }), profiles, store: memoryStore(), corpus, signing, stop });
    await expect(refused).rejects.toThrow('the first 2 records (corpus.limit) in 1 file, not-json 2');
  });
});

it('a corpus is read up to its first usable record only', async () => {
  const corpus = corpusOf([bad(1), bad(2), good(3), good(4), good(5)]);
  await openJob({ job: jobOf(), profiles, store: memoryStore(), corpus, signing, stop });
  expect(corpus.taken).toBe(3);
});

it('a folder with files of somebody is refused before the corpus is listed', async () => {
  const corpus = corpusOf([good(1)]);
  const store = memoryStore(new Map([['notes.txt', new Uint8Array()]]));
  const refused = openJob({ job: jobOf(), profiles, store, corpus, signing, stop });
  await expect(refused).rejects.toThrow('the output folder /out holds files and no job of Proofmill: notes.txt');
  expect(corpus.taken).toBe(0);
});

it('the search for a usable record ends when the job is stopped', async () => {
  const corpus = corpusOf([bad(1), bad(2), bad(3)]);
  await openJob({ job: jobOf(), profiles, store: memoryStore(), corpus, signing, stop: AbortSignal.abort() });
  expect(corpus.taken).toBe(1);
});

it('a resumed job keeps the key that its end is signed with, whatever its coordinator has', async () => {
  const store = memoryStore();
  const open = (secret: string) =>
    openJob({ job: jobOf(), profiles, store, corpus: corpusOf([good(1)]), signing: { ...signing, secret }, stop });
  const [first] = (await open('the secret of the configuration, at first')).stages;
  expect(first?.doneKey).toMatch(/^[\w-]{43}$/);
  expect((await open('another secret, of the configuration')).stages).toEqual([first]);
});
