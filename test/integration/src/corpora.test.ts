/** What a person learns from plan about a corpus of several data sets. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { exampleJob } from './example.ts';

const timeout = 120_000;

const tied = {
  context: [{ role: 'user', content: 'Which?' }],
  response1: 'One.',
  response2: 'The other.',
  overall_preference: 0,
};
const first = { system: 'Answer in Greek.', question: 'One?', chosen: 'Ena.', rejected: 'One.', domain: 'greek' };
const unmapped = { query: 'What is it?', answer_a: 'This.', answer_b: 'That.', pick: 'left' };

let folder = '';
let job = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-corpora-'));
  const { spec, ...rest } = exampleJob({ votes: 1 });
  const corpus = { uris: ['corpus.jsonl'], carry: ['domain'] };
  job = join(folder, 'job.yaml');
  await writeFile(job, JSON.stringify({ ...rest, spec: { ...spec, corpus } }));
  const records = [tied, first, unmapped];
  await writeFile(join(folder, 'corpus.jsonl'), `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const command = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand({ name: words[0] ?? '', words, mark: folder });
  expect(code, stderr).toBe(0);
  return stdout;
};

test('plan says how each data set is read, and what would help for the rest', { timeout }, async () => {
  const text = await command('plan', job);
  for (const line of [
    'read as HelpSteer3 (nvidia/HelpSteer3, its card)',
    '  gold label: overall_preference: below 0 the first response, above it the second, 0 is a tie',
    '  gold label: a tie of responses 0, 1',
    'read as question + chosen/rejected',
    '  conversation: system (system), question',
    '  system: Answer in Greek.',
    '  carried domain: greek',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toContain('fields: { prompt: query, responses: [answer_a, answer_b], label: { field: pick,');
  expect(JSON.parse(await command('plan', job, '--json'))).toMatchObject({
    gold: 1,
    goldTies: 1,
    readings: [{ shape: 'HelpSteer3' }, { shape: 'question + chosen/rejected' }],
  });
});

test('a mapping of a message reads the record when it is pasted into the job', { timeout }, async () => {
  const [mapping = ''] = /fields: \{ prompt: query.* \}/.exec(await command('plan', job)) ?? [];
  const mapped = join(folder, 'mapped.yaml');
  const text = await readFile(job, 'utf8');
  await writeFile(mapped, text.replace('"corpus":{', `"corpus":{ ${mapping}, `));
  expect(JSON.parse(await command('plan', mapped, '--json'))).toMatchObject({
    recognised: expect.stringContaining('query + answer_a/answer_b, 1 record'),
  });
});
