import { describe, expect, it } from 'vitest';
import { outageOf } from './index.ts';

describe('an outage', () => {
  it('is reported once, when it has lasted long enough, and waited for', () => {
    const outage = outageOf({ longestMs: 1000, reportAfterMs: 50 });
    expect([100, 149, 150, 151, 1100].map((nowMs) => outage.failed(nowMs))).toEqual([
      'wait',
      'wait',
      'report',
      'wait',
      'wait',
    ]);
  });

  it('is reported at once by default', () => {
    expect(outageOf({ longestMs: 1000 }).failed(7)).toBe('report');
  });

  it('that lasts longer than it may ends the caller', () => {
    const outage = outageOf({ longestMs: 1000 });
    outage.failed(100);
    expect([outage.failed(1100), outage.failed(1101)]).toEqual(['wait', 'give up']);
  });

  it('ends with a call that succeeds: the next one counts from its own beginning', () => {
    const outage = outageOf({ longestMs: 1000 });
    outage.failed(100);
    outage.succeeded();
    expect([outage.failed(5000), outage.failed(6000), outage.failed(6001)]).toEqual(['report', 'wait', 'give up']);
  });

  it('may last for ever', () => {
    const outage = outageOf({ longestMs: Number.POSITIVE_INFINITY });
    outage.failed(0);
    expect(outage.failed(1e12)).toBe('wait');
  });
});
