import { expect, test } from 'vitest';
import { ask, framed, verdictOf } from '../client.fixture.ts';
import { createSimulator, voteShareOf } from '../index.ts';

test('votes on a pair that no corpus knows are shared as predicted, in both orders', async () => {
  const accuracy = 'uniform';
  const simulator = createSimulator({ accuracy, positionBias: 0, invalidRate: 0 });
  const votes = 1000;
  for (const [response, rival] of [
    ['It is Canberra.', 'It is Sydney.'],
    ['It is Vienna.', 'It is Graz.'],
    ['It is Bern.', 'It is Basel.'],
  ] as const) {
    const expected = voteShareOf('What is it?', response, rival, accuracy);
    expect(voteShareOf('What is it?', rival, response, accuracy)).toBeCloseTo(1 - expected, 12);
    for (const [first, second, letter] of [
      [response, rival, 'A'],
      [rival, response, 'B'],
    ] as const) {
      const { contents } = await ask(simulator, framed('What is it?', first, second), { n: votes });
      const share = contents.filter((content) => verdictOf(content) === letter).length / votes;
      // More than three standard errors, whatever the share.
      expect(Math.abs(share - expected)).toBeLessThan(0.05);
    }
  }
});
