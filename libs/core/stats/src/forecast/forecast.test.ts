import { describe, expect, it } from 'vitest';
import { forecastOf, type ProbedItem, type ProbedStage, type StageSpent } from './forecast.ts';

const spent = (more: Partial<StageSpent> = {}): StageSpent => ({
  ...{ requests: 2, firstRequests: 0, answers: 2, answerSeconds: 6 },
  tokens: { prompt: 100, completion: 50 },
  firstTokens: { prompt: 0, completion: 0 },
  ...more,
});

const nothing = spent({
  ...{ requests: 0, answers: 0, answerSeconds: 0 },
  tokens: { prompt: 0, completion: 0 },
});

const stage = (more: Partial<ProbedStage> = {}): ProbedStage => ({
  prices: { own: null, first: null },
  rates: { own: null, first: null },
  ...{ workers: 1, slots: 10, gpus: 2, inFlight: 4 },
  ...more,
});

const itemsOf = (...stages: StageSpent[]): ProbedItem[] => [1, 2, 3].map((length) => ({ length, stages }));
const population = { items: 1200, length: 2400 };

describe('the forecast of a job', () => {
  it('is what the items took, as often as there are items', () => {
    const { job } = forecastOf({ items: itemsOf(spent()), population, stages: [stage()] });
    expect(job).toMatchObject({
      requests: { value: 2400, low: 2400, high: 2400 },
      promptTokens: { value: 120_000 },
      completionTokens: { value: 60_000 },
      tokens: { value: 180_000 },
      cost: null,
    });
  });

  it('has a time from that of full slots to that of the probe; workers divide it, and GPUs multiply it', () => {
    // 7,200 seconds of answers: 720 s with 10 in flight, 1,800 s with 4.
    const { job } = forecastOf({ items: itemsOf(spent()), population, stages: [stage({ workers: 3 })] });
    expect(job.seconds).toEqual({ fast: 240, slow: 600 });
    expect(job.gpuHours).toEqual({ fast: 0.4, slow: 1 });
  });

  it('adds up stages, and items that a later one has not asked about took nothing in it', () => {
    const items = [
      ...itemsOf(spent(), spent()),
      ...itemsOf(spent(), nothing).map((item) => ({ ...item, length: item.length + 3 })),
    ];
    const { stages, job } = forecastOf({ items, population, stages: [stage(), stage({ workers: 2 })] });
    expect(stages.map(({ requests }) => requests?.value)).toEqual([2400, 1200]);
    expect(job.requests?.value).toBe(3600);
    expect(job.seconds?.fast).toBeLessThan(720 + 360 / 2);
    expect(job.seconds?.slow).toBeGreaterThan(1800 + 900 / 2);
  });

  it('costs what the prices of both judges say', () => {
    const prices = { own: { prompt: 10, completion: 20 }, first: { prompt: 1, completion: 2 } };
    const both = spent({ firstTokens: { prompt: 60, completion: 30 } });
    const { job } = forecastOf({ items: itemsOf(both), population, stages: [stage({ prices })] });
    // 40 and 20 tokens of the own judge cost 800 millionths, 60 and 30 of the first one 120.
    expect(job.cost?.value).toBeCloseTo((1200 * 920) / 1_000_000, 9);
  });

  it('does not know what the engine does not count, nor a time where time says nothing', () => {
    const uncounted = spent({ tokens: { prompt: 100, completion: null } });
    const given = { items: itemsOf(uncounted), population, stages: [stage({ inFlight: null })] };
    const { job } = forecastOf(given);
    expect(job).toMatchObject({ completionTokens: null, tokens: null, seconds: null, gpuHours: null });
    expect([job.requests?.value, job.promptTokens?.value]).toEqual([2400, 120_000]);
  });

  it('has the GPU-hours of all stages or none', () => {
    const given = { items: itemsOf(spent(), spent()), population };
    const { stages, job } = forecastOf({ ...given, stages: [stage(), stage({ gpus: null })] });
    expect(stages[0]?.gpuHours).not.toBeNull();
    expect(job.gpuHours).toBeNull();
  });

  it('takes no less time than a rate allows, whichever of both engines has it', () => {
    const items = itemsOf(spent({ requests: 3, firstRequests: 1 }));
    const rated = (own?: number, first?: number | 'own') =>
      forecastOf({
        items,
        population,
        stages: [
          stage({
            rates: {
              own: own === undefined ? null : { requestsPerMinute: own },
              first: first === 'own' ? first : first === undefined ? null : { requestsPerMinute: first },
            },
          }),
        ],
      }).job.seconds;
    // 2,400 requests to the own engine, 1,200 to the first one, or 3,600 to one for both.
    expect(rated(100)).toEqual({ fast: 1440, slow: 1800 });
    expect(rated(100, 10)).toEqual({ fast: 7200, slow: 7200 });
    expect(rated(100, 'own')).toEqual({ fast: 2160, slow: 2160 });
  });
});
