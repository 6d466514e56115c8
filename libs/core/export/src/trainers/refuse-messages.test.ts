import { judgeProfile } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { refuseMessages } from './refuse-messages.ts';
import { reasoningOf } from './trainers.ts';

it('a trainer that takes one text takes profiles with one message of the user, and no others', () => {
  const one = judgeProfile({ messages: [{ role: 'user', template: 'q' }] });
  const two = judgeProfile({
    messages: [
      { role: 'system', template: 's' },
      { role: 'user', template: 'q' },
    ],
  });
  expect(() => refuseMessages(one, reasoningOf('gram'))).not.toThrow();
  expect(() => refuseMessages(two, reasoningOf('gram'))).toThrow('asks with other messages than one of the user');
  expect(() => refuseMessages(two, reasoningOf('trl'))).not.toThrow();
});
