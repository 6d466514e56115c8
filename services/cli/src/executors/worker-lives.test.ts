import { expect, it } from 'vitest';
import { activityOfLives } from './worker-lives.ts';

const line = (answers: number, finished: number, underWay: number): string =>
  JSON.stringify({
    event: 'activity',
    answers,
    underWay,
    finished,
    failed: 0,
    takenOver: { items: finished, tokens: answers },
    trouble: null,
  });

it('a worker that is started again adds to what its earlier lives counted', () => {
  const lives = activityOfLives();
  expect(lives.read()).toMatchObject({ answers: 0, underWay: 0 });
  lives.onLine(line(10, 2, 8));
  lives.onLine(line(20, 4, 8));
  lives.onLine(line(0, 0, 5));
  expect(lives.read()).toMatchObject({ answers: 20, finished: 4, underWay: 5 });
  lives.onLine(line(7, 1, 3));
  expect(lives.read()).toMatchObject({
    answers: 27,
    finished: 5,
    underWay: 3,
    takenOver: { items: 5, tokens: 27 },
  });
});

it('a coordinator that is started again is told what its workers finish from then on', () => {
  const lives = activityOfLives();
  lives.onLine(line(10, 2, 8));
  const followed = lives.fromNowOn();
  expect(followed()).toMatchObject({ answers: 10, finished: 0, underWay: 8 });
  lives.onLine(line(30, 7, 1));
  lives.onLine(line(4, 1, 2));
  expect(followed()).toMatchObject({ answers: 34, finished: 6, underWay: 2 });
});
