import { expect, it } from 'vitest';
import { runRetriedHistory } from './history.ts';

const historyCount = Math.min(500, Number(process.env.PROOFMILL_HISTORIES ?? 100));
const firstSeed = Number(process.env.PROOFMILL_SEED ?? 1);

it(`${historyCount} histories from seed ${firstSeed} whose failures are asked about twice more, with deaths, give the rows of undisturbed ones`, {
  timeout: 4 * 60 * 60_000,
}, async () => {
  let generations = 0;
  let deaths = 0;
  for (let seed = firstSeed; seed < firstSeed + historyCount; seed += 1) {
    const result = await runRetriedHistory(seed);
    if (result.wrong.length > 0) {
      expect.fail(
        `seed ${seed} (PROOFMILL_SEED=${seed} PROOFMILL_HISTORIES=1):\n${[...result.wrong, ...result.notes].join('\n')}`,
      );
    }
    generations += [...result.objects.keys()].filter((path) => /^generations\/\d+\/_SUCCESS$/.test(path)).length;
    deaths += result.deaths.filter((death) => death.startsWith('generation-')).length;
  }
  expect(generations).toBeGreaterThan(historyCount / 2);
  if (historyCount >= 50) expect(deaths).toBeGreaterThan(0);
});
