import type { Item, Row } from '@proofmill/contract';
import { Draw } from '@proofmill/plan';
import { forecastOf, type ProbedStage } from '@proofmill/stats';
import { chanceOf } from '@proofmill/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, seed, seedNote } from './items.ts';
import { judged } from './judged.ts';

const timeout = 300_000;
const draws = 200;
/** More of them take longer, and are closer to a corpus. */
const count = Number(process.env.PROOFMILL_FORECAST_ITEMS ?? 200);
const quantities = ['promptTokens', 'completionTokens', 'tokens', 'answers'] as const;
type Quantity = (typeof quantities)[number];

/** Items whose lengths have a long tail: the longest of a hundred is ten times as long as most. */
function unevenItems(): Item[] {
  const chance = chanceOf(seed);
  return itemsOf(count, 'forecast').map((item) => {
    const words = Math.round(20 / (1 - 0.99 * chance()) ** 0.8);
    const [turn] = item.prompt;
    return { ...item, prompt: [{ role: 'user', content: `${turn?.content}${' More of it.'.repeat(words)}` }] };
  });
}

const lengthOf = ({ prompt, responses }: Row): number =>
  [...prompt.map(({ content }) => content), ...responses].reduce((sum, text) => sum + text.length, 0);

function spentOn({ tokens: [tokens], votes }: Row) {
  const { prompt, completion } = tokens ?? { prompt: null, completion: null };
  const answers = votes.reduce((sum, { first, second, tie, invalid }) => sum + first + second + tie + invalid, 0);
  return {
    ...{ requests: answers, firstRequests: 0, answers, answerSeconds: 0 },
    tokens: { prompt, completion },
    firstTokens: { prompt: 0, completion: 0 },
  };
}

const stage: ProbedStage = {
  prices: { own: null, first: null },
  rates: { own: null, first: null },
  ...{ workers: 1, slots: 1, gpus: null, inFlight: null },
};

/** What a probe says that all rows took. */
function forecast(rows: readonly Row[], drawn: number, drawSeed: number) {
  const draw = new Draw<Row>(drawn, drawSeed);
  for (const row of rows) draw.offer(row, lengthOf(row));
  const items = draw.drawn.map(({ item, length }) => ({ length, stages: [spentOn(item)] }));
  return forecastOf({ items, population: draw.population, stages: [stage] }).job;
}

describe(`a forecast from 32 of ${count} items whose votes stop early (${seedNote})`, () => {
  const inside: Record<Quantity, number> = { promptTokens: 0, completionTokens: 0, tokens: 0, answers: 0 };
  const widths: Record<Quantity, number> = { ...inside };

  beforeAll(async () => {
    const { rows: all } = await judged({
      items: unevenItems(),
      simulator: { answerTokensSigma: 0.6, invalidRate: 0.05 },
      votes: { max: 3, stop: 'certain' },
    });
    const rows = all.filter((row) => row !== null);
    const spent = rows.map(spentOn);
    const total = (amountOf: (each: ReturnType<typeof spentOn>) => number): number =>
      spent.reduce((sum, each) => sum + amountOf(each), 0);
    const promptTokens = total(({ tokens }) => tokens.prompt ?? Number.NaN);
    const completionTokens = total(({ tokens }) => tokens.completion ?? Number.NaN);
    const truth = {
      ...{ promptTokens, completionTokens },
      tokens: promptTokens + completionTokens,
      answers: total(({ answers }) => answers),
    };
    for (let draw = 0; draw < draws; draw += 1) {
      const job = forecast(rows, 32, draw);
      for (const name of quantities) {
        const { low, high } = job[name] ?? { low: null, high: null };
        if (low === null || high === null) continue;
        if (low <= truth[name] && truth[name] <= high) inside[name] += 1;
        widths[name] += (high - low) / truth[name] / draws;
      }
    }
  }, timeout);

  it.each(quantities)('%s: the range holds the truth in 19 of 20 draws, and says something', (name) => {
    expect(inside[name] / draws, `${seedNote}: ${inside[name]} of ${draws}`).toBeGreaterThan(0.91);
    expect(widths[name], seedNote).toBeLessThan(0.33);
  });
});
