/** A benchmark from its published form to its official figure: run over HTTP with recorded answers, then scored and compared. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBareEngine } from './bare-engine.ts';
import { runCommand } from './command.ts';

const timeout = 120_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-benchmark-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const command = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand({ name: words[0] ?? '', words, mark: folder });
  expect(code, stderr).toBe(0);
  return stdout;
};

const profile = {
  ...{ name: 'recorded', version: 1, purpose: 'label', description: 'Recorded answers.', source: 'Ours.' },
  messages: [{ role: 'user', template: '{{ question }}\nA: {{ response_a }}\nB: {{ response_b }}' }],
  sampling: { temperature: 0, topP: 1, maxTokens: 100 },
  votes: { max: 2, orders: 'both' },
  parse: { rule: 'bracketed', verdicts: { A: 'first', B: 'second', C: 'tie' } },
  frameMarks: ['A: '],
  chatTemplateKwargs: {},
  examples: [{ content: '[[A]]', reads: 'first' }],
};

/** Two prompts of RM-Bench; the judge is right about the second unless the chosen response is the plainest. */
const records = ['chat', 'safety-refuse'].map((domain, id) => ({
  ...{ id, domain, prompt: `Question ${id}?` },
  chosen: [0, 1, 2].map((style) => `good ${style} of ${id}`),
  rejected: [0, 1, 2].map((style) => `bad ${style} of ${id}`),
}));

/** The answer that was recorded for a prompt. */
function recorded(prompt: string): string {
  const isBetterFirst = prompt.includes('A: good');
  if (prompt.includes('bad 2 of 0') && prompt.includes('good 2')) return 'I cannot say.';
  if (prompt.includes('of 0')) return '[[A]]';
  if (prompt.includes('good 0')) return isBetterFirst ? '[[B]]' : '[[A]]';
  return prompt.includes('bad 2') && isBetterFirst ? '[[C]]' : isBetterFirst ? '[[A]]' : '[[B]]';
}

test('RM-Bench is asked in both orders for nine pairs a prompt, and scored as its code does', { timeout }, async () => {
  await using engine = await startBareEngine('recorded', ({ messages }) => ({
    status: 200,
    body: {
      ...{ id: 'x', object: 'chat.completion', model: 'recorded', usage: { prompt_tokens: 1, completion_tokens: 1 } },
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: recorded(messages[0]?.content ?? '') },
        },
      ],
    },
  }));
  await writeFile(join(folder, 'judge.yaml'), JSON.stringify(profile));
  await writeFile(join(folder, 'total_dataset.json'), JSON.stringify(records));
  const job = {
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'rm-bench' } },
    spec: {
      corpus: { benchmark: 'rm-bench', path: 'total_dataset.json' },
      pipeline: [{ stage: 'label', judge: './judge.yaml', engine: { model: 'recorded', baseUrl: engine.url } }],
      output: { uri: 'out' },
    },
  };
  await writeFile(join(folder, 'job.yaml'), JSON.stringify(job));
  await command('run', join(folder, 'job.yaml'));
  expect(engine.asked).toBe(2 * 9 * 2);

  const out = join(folder, 'out');
  const score = JSON.parse(await command('score', out, '--json', '--resamples', '50', '--seed', '7'));
  const value = (name: string): number =>
    score.readings.official.find((figure: { name: string }) => figure.name === name).value;
  // The judge always says A about the first prompt, which is a tie of both orders, or nothing: wrong. Of the second it has
  // the cells 1-0 to 2-2 right, where a tie in one order does not count.
  expect(value('chat')).toBe(0);
  expect(value('safety')).toBeCloseTo(6 / 9, 15);
  expect(value('overall')).toBeCloseTo(3 / 9, 15);
  expect([value('easy'), value('normal'), value('hard')]).toEqual([1 / 2, 1 / 3, 1 / 6]);
  expect(score).toMatchObject({
    scored: 'rm-bench',
    bootstrap: { resamples: 50, seed: 7 },
    counts: { comparisons: 18, failed: 1, bothOrders: 17, onlyBetterFirst: 0 },
  });

  const picture = join(folder, 'board.svg');
  const text = await command('compare', out, out, '--flips', '1', '--svg', picture);
  expect(text).toContain('rm-bench, overall (macro): 18 shared comparisons');
  expect(text).toMatch(/difference +0\.0000 points/);
  expect(await readFile(picture, 'utf8')).toContain('33.33 %');
});
