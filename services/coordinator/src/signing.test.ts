import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { signingOf } from './signing.ts';

describe('the secret that ends of runs are signed with', () => {
  it('is that of the environment', () => {
    const secret = 'ab'.repeat(32);
    expect(signingOf({ PROOFMILL_SIGNING_SECRET: `${secret}\n` }).secret).toBe(secret);
  });

  it.each([undefined, '', ' '])('is none where the variable is %j', (value) =>
    expect(signingOf({ PROOFMILL_SIGNING_SECRET: value }).secret).toBeNull(),
  );

  it('is refused where it can be guessed, and the refusal does not show it', () => {
    const short = () => signingOf({ PROOFMILL_SIGNING_SECRET: 'hunter2' });
    expect(short).toThrow(ConfigurationError);
    expect(short).toThrow('PROOFMILL_SIGNING_SECRET has 7 characters');
    expect(short).not.toThrow('hunter2');
  });

  it('is another one each time that one is drawn', () => {
    const { draw } = signingOf({});
    expect(draw()).toHaveLength(43);
    expect(draw()).not.toBe(draw());
  });
});
