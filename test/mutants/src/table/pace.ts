import { mutantsOf } from '../mutant.ts';

const suite = { file: 'libs/io/vllm/src/pace.test.ts' };
const file = 'libs/io/vllm/src/pace.ts';

export const pace = mutantsOf('pace', [
  {
    name: 'idle-saves-up',
    breaks: 'A minute without requests is made up for in the next one, which has twice its share.',
    file,
    from: 'requestsFreeAt = Math.max(requestsFreeAt, now) + requestMs;',
    to: 'requestsFreeAt += requestMs;',
    suite,
  },
  {
    name: 'estimate-stays',
    breaks: 'The estimated tokens of a request count, not those that it took.',
    file,
    from: 'tokensFreeAt += (spent.promptTokens + spent.completionTokens - reserved) * tokenMs;',
    to: '',
    suite,
  },
  {
    name: 'retry-after-ignored',
    breaks: 'An account that has nothing left is asked all the same.',
    file,
    from: 'pausedUntil = Math.max(pausedUntil, nowMs() + waitMs);',
    to: 'pausedUntil += 0;',
    suite,
  },
  {
    name: 'aborted-keeps-its-place',
    breaks: 'A request that is no longer wanted keeps its place in the queue.',
    file,
    from: 'waiters.splice(waiters.indexOf(waiter), 1);',
    to: '',
    suite,
  },
]);
