import { expect, it } from 'vitest';
import { readScalar } from './scalar.ts';

it.each<[content: string, score: number | null]>([
  ['reward:-6.84', -6.84],
  ['reward:-6.84,helpfulness:3.1', -6.84],
  ['helpfulness:3.1, reward: 2\n', 2],
  ['reward:1.5e-3', 0.0015],
  ['reward:0,reward:0', 0],
  ['reward:1,reward:2', null],
  ['reward:', null],
  ['reward', null],
  ['helpfulness:3.1', null],
  ['Reward:1', null],
  ['my reward:1', null],
  ['reward:1:2', null],
  ['reward:NaN', null],
  ['reward:Infinity', null],
  ['reward:1e308', null],
  ['reward:-1e308', null],
  ['reward:-1e100', -1e100],
  ['reward:1e999', null],
  ['reward:0x10', null],
  ['reward:-', null],
  ['reward:\u0661', null],
  ['constructor:1', null],
  ['', null],
])('the reward in %j is %s', (content, score) => {
  expect(readScalar({ content, reasoning: '', finishReason: 'stop' }, 'reward')).toBe(score);
});

it('ignores the finish reason and the reasoning', () => {
  expect(readScalar({ content: 'reward:1', reasoning: 'reward:2', finishReason: 'length' }, 'reward')).toBe(1);
});
