import { expect, test } from 'vitest';
import { collectTogether } from './collect-together.ts';

const untilAborted = (signal: AbortSignal): Promise<'stopped'> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));

test('the ends come in the order of the partitions', async () => {
  expect(await collectTogether([3, 1, 2], async (partition) => `end of ${partition}`)).toEqual([
    'end of 3',
    'end of 1',
    'end of 2',
  ]);
});

test('the first failure stops the other partitions and is thrown once they have ended', async () => {
  const ended: number[] = [];
  const collecting = collectTogether([0, 1, 2], async (partition, failed) => {
    if (partition === 2) throw new Error('the journal cannot be written');
    await untilAborted(failed);
    ended.push(partition);
  });
  await expect(collecting).rejects.toThrow('the journal cannot be written');
  expect(ended).toEqual([0, 1]);
});
