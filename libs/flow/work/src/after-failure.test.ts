import { ConfigurationError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import {
  type AfterFailure,
  afterFailure,
  type FailedTry,
  type Failures,
  noFailures,
  SuspectError,
} from './after-failure.ts';

const died = new UnavailableError('engine-died', 'the connection was reset');
const refused = new UnavailableError('engine-unreachable', 'the connection was refused');
const busy = new RetryableError('busy', 'the queue is full', { afterMs: 100 });
const broken = new RetryableError('engine-error', 'status 500', { afterMs: 100 });
const overtime = new RetryableError('timeout', 'no answer in time', { afterMs: 100 });

const tryOf = (error: unknown, more: Partial<FailedTry> = {}): FailedTry => ({
  error,
  answers: 4,
  engineIsDead: false,
  engineWasIdle: false,
  ...more,
});

/** What happens after each of these tries, up to the one that gives up. */
function afterEach(tries: readonly FailedTry[]): AfterFailure[] {
  let failures: Failures = noFailures;
  const decisions: AfterFailure[] = [];
  for (const failed of tries) {
    const decision = afterFailure(failed, failures, () => 0.5);
    decisions.push(decision);
    if (decision.kind === 'give up') break;
    failures = decision.failures;
  }
  return decisions;
}

const repeated = (failed: FailedTry, times: number): FailedTry[] => Array.from({ length: times }, () => failed);
const waitsOf = (decisions: readonly AfterFailure[]): number[] =>
  decisions.flatMap((decision) => (decision.kind === 'wait' ? [decision.waitMs] : []));
const lastErrorOf = (decisions: readonly AfterFailure[]): unknown => {
  const last = decisions.at(-1);
  return last?.kind === 'give up' ? last.error : null;
};

describe('a request that failed', () => {
  it('is a suspect when the engine died with it', () => {
    expect(lastErrorOf(afterEach([tryOf(died, { engineIsDead: true })]))).toBeInstanceOf(SuspectError);
  });

  it('survives two resets by an engine that is alive; after the third it is a suspect', () => {
    const decisions = afterEach(repeated(tryOf(died), 5));
    expect(waitsOf(decisions)).toEqual([200, 200]);
    expect(lastErrorOf(decisions)).toBeInstanceOf(SuspectError);
  });

  it('that never reached the engine is sent again as often as it takes, dead or alive', () => {
    const tries = [...repeated(tryOf(refused), 50), ...repeated(tryOf(refused, { engineIsDead: true }), 50)];
    expect(waitsOf(afterEach(tries))).toEqual(Array.from({ length: 100 }, () => 200));
  });

  it('waits longer each time, up to half a minute', () => {
    const long = new RetryableError('busy', 'the queue is full', { afterMs: 1000 });
    expect(waitsOf(afterEach(repeated(tryOf(long), 8)))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('waits for a busy engine as long as it is busy with anything else', () => {
    expect(waitsOf(afterEach(repeated(tryOf(busy), 100)))).toHaveLength(100);
  });

  it('that an idle engine refuses ten times in a row is a wrong configuration', () => {
    const idle = tryOf(busy, { engineWasIdle: true });
    const decisions = afterEach([...repeated(idle, 9), tryOf(busy), ...repeated(idle, 12)]);
    expect(waitsOf(decisions)).toHaveLength(19);
    const error = lastErrorOf(decisions);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: expect.stringContaining('4 answers'), cause: busy });
  });

  it('survives four errors of the engine; the fifth is its outcome', () => {
    const decisions = afterEach([
      tryOf(broken),
      tryOf(overtime),
      tryOf(busy),
      tryOf(broken),
      tryOf(broken),
      tryOf(broken),
    ]);
    expect(waitsOf(decisions)).toHaveLength(5);
    expect(lastErrorOf(decisions)).toBeInstanceOf(TerminalError);
    expect(lastErrorOf(decisions)).toMatchObject({ code: 'engine-error', message: 'status 500', cause: broken });
    expect(lastErrorOf(afterEach(repeated(tryOf(overtime), 5)))).toMatchObject({ code: 'timeout' });
  });

  it('gives up at once where no waiting helps', () => {
    const gone = new UnavailableError('engine-gone', 'closed');
    const overlong = new TerminalError('prompt-too-long', 'the prompt is too long');
    for (const error of [gone, overlong, new TypeError('a bug')]) {
      expect(afterEach([tryOf(error)])).toEqual([{ kind: 'give up', error }]);
    }
  });
});
