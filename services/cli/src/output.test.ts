import { join, resolve } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { existingOutput, shownOutput } from './output.ts';

describe('an output folder in a sentence', () => {
  it('is shown by its path from the current folder, where that is the shorter one', () => {
    expect(shownOutput(resolve('my-labels'))).toBe('my-labels');
    expect(shownOutput(resolve('.'))).toBe('.');
  });

  it('is shown by its whole path, where the way from the current folder is longer', () => {
    expect(shownOutput('/my-labels')).toBe('/my-labels');
    expect(shownOutput('s3://labels/mine')).toBe('s3://labels/mine');
  });
});

describe('an output folder that does not exist', () => {
  const refusalOf = (out: string): string => {
    try {
      existingOutput(out);
      return '';
    } catch (error) {
      return error instanceof ConfigurationError ? error.message : String(error);
    }
  };

  it('is named by its whole path, and a relative one with the place where it starts', () => {
    expect(refusalOf('no-labels')).toBe(
      `there is no folder ${join(process.cwd(), 'no-labels')}. A path in a command starts at the current folder, output.uri at the job file`,
    );
    expect(refusalOf('/no-labels')).toBe('there is no folder /no-labels');
  });
});
