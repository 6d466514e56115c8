import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('flags are read, and the version of the server is that of a fetchable one', () => {
  const options = readOptions(['--faults', '20', '--seed', '7', '--nats', '2.15.1', '--kind', 'kill worker']);
  expect(options).toMatchObject({ faults: 20, seed: 7, nats: '2.15', kinds: ['kill worker'], s3: true });
  expect(readOptions(['--help'])).toBeNull();
});

test.each([
  [['--nats', '2.11'], '--nats 2.11 is not 2.9.10 or 2.15.1. --help shows the flags.'],
  [['--faults', '0'], '--faults 0 is not a whole number from 1.'],
  [['--kind', 'kill cat'], '--kind kill cat is no kind of fault.'],
  [['--sead', '1'], '--help shows the flags.'],
])('%j is refused in a sentence', (words, sentence) => {
  expect(() => readOptions(words)).toThrow(sentence);
});
