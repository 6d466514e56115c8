import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { refuseEarlierOutput, suspectedOutput } from './earlier-output.ts';

describe('a file that a glob found', () => {
  test.each([
    ['**/*.jsonl', 'labels/data/train-00000-of-00001.jsonl', 'labels'],
    ['**/*.jsonl', 'data/train-00000-of-00001.jsonl', ''],
    ['/jobs/**/*.jsonl', '/jobs/a/failed/00000.jsonl', '/jobs/a'],
    ['**', 'a/.proofmill/label/job.json', 'a'],
    ['labels/*/*.jsonl', 'labels/failed/00000.jsonl', 'labels'],
  ])('of %j, %j, is perhaps in an output: %j', (pattern, path, folder) => {
    expect(suspectedOutput(pattern, path)).toBe(folder);
  });

  test.each([
    ['labels/data/*.jsonl', 'labels/data/train-00000-of-00001.jsonl'],
    ['*/data/*.jsonl', 'labels/data/train-00000-of-00001.jsonl'],
    ['**/*.jsonl', 'corpus/pairs.jsonl'],
    ['*', 'data'],
  ])('of %j, %j, is what the user named', (pattern, path) => {
    expect(suspectedOutput(pattern, path)).toBeNull();
  });
});

test('a folder named data is an ordinary folder unless an output is around it, and each is looked at once', async () => {
  const asked: string[] = [];
  const found = ['mine/data/a.jsonl', 'mine/data/b.jsonl', 'labels/data/train.jsonl'];
  const check = refuseEarlierOutput('**/*.jsonl', '**/*.jsonl', found, async (folder) => {
    asked.push(folder);
    return folder === 'labels';
  });
  await expect(check).rejects.toThrow(ConfigurationError);
  await expect(check).rejects.toThrow(
    'the corpus **/*.jsonl matches labels/data/train.jsonl, a file of an earlier output in labels. Name the files of the corpus alone; if the rows of that output are meant, name its folder data: labels/data/*',
  );
  expect(asked).toEqual(['mine', 'labels']);
});
