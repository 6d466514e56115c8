import { expect, it } from 'vitest';
import { runHistory } from './history.ts';

const historyCount = Number(process.env.PROOFMILL_HISTORIES ?? 300);
/** A long run says how far it is: it takes hours. */
const reportEvery = 5000;
const firstSeed = Number(process.env.PROOFMILL_SEED ?? 1);

/** The steps around which a death does the most harm. A run of 2000 histories or more must have died at each of them. */
const dangerous = [
  'before journal.sync',
  'after journal.sync',
  'after outcomes.publish',
  'before task.acknowledge',
  'after task.acknowledge',
  'before outcomes.acknowledge',
  'before store.write staging',
  'after store.write staging',
  'before store.write manifests',
  'after store.write manifests',
  'after store.write packs',
  'after store.write plan',
  'before store.write checkpoints',
  'after store.write checkpoints',
  'after journals.end',
  'after dispatch.publish',
  'after store.promote',
  'store.write _', // the totals, or _SUCCESS
];

it(`${historyCount} histories from seed ${firstSeed}, with deaths, delays, losses and twins, give every record exactly once`, {
  timeout: 4 * 60 * 60_000,
}, async () => {
  const died = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + historyCount; seed += 1) {
    const result = await runHistory(seed);
    if (result.wrong.length > 0) {
      expect.fail(
        `seed ${seed} (PROOFMILL_SEED=${seed} PROOFMILL_HISTORIES=1):\n${[...result.wrong, ...result.notes].join('\n')}`,
      );
    }
    const done = seed - firstSeed + 1;
    if (done % reportEvery === 0) process.stdout.write(`${done} histories, none wrong\n`);
    for (const death of result.deaths) {
      const step = death.replace(/^\S+ /, '');
      died.set(step, (died.get(step) ?? 0) + 1);
    }
  }
  if (historyCount >= 2000)
    expect(dangerous.filter((step) => ![...died.keys()].some((death) => death.includes(step)))).toEqual([]);
});
