import type { EngineRequest, TokensRequest } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { paceOf } from './pace.ts';
import { paced } from './paced.ts';

const requestOf = (input: string): TokensRequest => ({ kind: 'tokens', model: 'm', input, chatTemplateKwargs: {} });

test('a request is held back until it is its turn, and no longer than its asker waits', async () => {
  const pacing = { pace: paceOf({ requestsPerMinute: 0.001 }), held: new Set<EngineRequest>() };
  const [first, second] = [requestOf('first'), requestOf('second')];
  const leave = new AbortController();
  let sent = 0;
  const ask = (request: EngineRequest) =>
    paced(pacing, request, leave.signal, async () => {
      sent += 1;
      expect(pacing.held).not.toContain(request);
      return { kind: 'tokens', tokens: [] };
    });
  await ask(first);
  const asking = ask(second);
  expect([...pacing.held]).toEqual([second]);
  leave.abort(new Error('left'));
  await expect(asking).rejects.toBe(leave.signal.reason);
  expect(pacing.held.size).toBe(0);
  expect(sent).toBe(1);
});
