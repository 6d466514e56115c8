/** The table fits the sources of today. Whether suites see the bugs is for `npm run test:mutants`, which takes its time. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { describe, expect, it } from 'vitest';
import { type Mutant, plantedIn } from './mutant.ts';
import { readOptions } from './options.ts';
import { allMutants } from './table.ts';
import { verdictOf } from './verdict.ts';

const root = join(import.meta.dirname, '../../..');

describe('the table of planted bugs', () => {
  it.each(allMutants)('has $name where it says, once, and a suite for it', (mutant) => {
    expect(plantedIn(readFileSync(join(root, mutant.file), 'utf8'), mutant)).toContain(mutant.to);
    expect(existsSync(join(root, mutant.suite.file)), mutant.suite.file).toBe(true);
  });

  it('has at least 40, each with a name of its own', () => {
    expect(new Set(allMutants.map(({ name }) => name)).size).toBe(allMutants.length);
    expect(allMutants.length).toBeGreaterThanOrEqual(40);
  });
});

describe('a planted bug', () => {
  const mutant: Mutant = {
    name: 'some-bug',
    area: 'some',
    breaks: 'Something.',
    file: 'some.ts',
    from: 'a + b',
    to: 'a - b',
    suite: { file: 'some.test.ts' },
  };
  const failed = { state: 'ran', failed: 'a test', skipped: [] } as const;
  const passed = { ...failed, failed: null };

  it('is refused with a sentence where its text is gone, or is there twice', () => {
    expect(() => plantedIn('a * b', mutant)).toThrow(/some-bug does not fit: some\.ts no longer has the text/);
    expect(() => plantedIn('a + b; a + b', mutant)).toThrow(/some\.ts has the text 2 times/);
  });

  it('is caught by a failed test, and must not survive without a reason', () => {
    expect(verdictOf(mutant, failed, 1)).toMatchObject({ word: 'caught', detail: 'a test', isWrong: false });
    expect(verdictOf(mutant, passed, 1)).toMatchObject({ word: 'survived', isWrong: true });
    expect(verdictOf({ ...mutant, survives: 'by luck' }, passed, 1)).toMatchObject({
      word: 'survived',
      isWrong: false,
    });
    expect(verdictOf({ ...mutant, survives: 'by luck' }, failed, 1)).toMatchObject({ isWrong: true });
  });

  it('that is no program says nothing of its suite', () => {
    const result = { state: 'not loaded', why: 'SyntaxError' } as const;
    expect(verdictOf(mutant, result, 1)).toMatchObject({ word: 'broken', isWrong: true });
  });

  it('is chosen by area or name; one that does not exist is refused with those that do', () => {
    const all = [mutant, { ...mutant, name: 'other-bug', area: 'other' }];
    expect(readOptions(['--only', 'other'], all)?.wanted).toEqual([all[1]]);
    expect(readOptions(['--mutant', 'some-bug'], all)?.wanted).toEqual([all[0]]);
    expect(readOptions([], all)?.wanted).toEqual(all);
    expect(() => readOptions(['--mutant', 'sum-bug'], all)).toThrow(ToolError);
    expect(() => readOptions(['--mutant', 'sum-bug'], all)).toThrow('choose from other-bug, some-bug');
  });
});
