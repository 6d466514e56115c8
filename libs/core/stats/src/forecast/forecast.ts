/** What a whole job will take, from what a few of its items took. */
import { allTokens, type EngineAccess, type StagePrices, type Tokens } from '@proofmill/contract';
import { costOf } from '../cost.ts';
import { type Expected, expectedTotal, type Population } from './expected-total.ts';
import { rateSeconds } from './rate-seconds.ts';

/** What one item took in one stage; nothing where the stage did not ask about it. */
export interface StageSpent {
  readonly requests: number;
  /** Of these, those to the first judge. */
  readonly firstRequests: number;
  readonly answers: number;
  readonly tokens: Tokens;
  /** Of these, those of the first judge. */
  readonly firstTokens: Tokens;
  /** How long its answers were under way, one by one. */
  readonly answerSeconds: number;
}

export interface ProbedItem {
  readonly length: number;
  /** By stage. */
  readonly stages: readonly StageSpent[];
}

export interface ProbedStage {
  readonly prices: StagePrices;
  /** What the job may ask of the engines of its judges; null without a limit. `own`: the first judge has the stage's own engine. */
  readonly rates: { readonly own: EngineAccess['rate'] | null; readonly first: EngineAccess['rate'] | null | 'own' };
  readonly workers: number;
  /** Answers in flight of a worker. */
  readonly slots: number;
  /** GPUs of each worker's engine; null where they are not those of the job. */
  readonly gpus: number | null;
  /** How many answers were in flight on average; null where time says nothing. */
  readonly inFlight: number | null;
}

/** A time, or what is made of time: from what a full engine would take at best, to what it takes at the speed of the probe. */
export interface Span {
  readonly fast: number;
  readonly slow: number;
}

const quantities = ['requests', 'answers', 'promptTokens', 'completionTokens', 'tokens', 'cost'] as const;
type Quantity = (typeof quantities)[number];

/** Expected quantities; null where the engine does not count tokens, and for a cost without prices. */
export interface Forecast extends Readonly<Record<Quantity, Expected | null>> {
  /** Null where time says nothing. */
  readonly seconds: Span | null;
  /** Null as well where the GPUs are not those of the job. */
  readonly gpuHours: Span | null;
}

interface Probed {
  readonly items: readonly ProbedItem[];
  readonly population: Population;
  readonly stages: readonly ProbedStage[];
}

/** The forecast of each stage, and of the job: stages run one after the other. */
export function forecastOf(probed: Probed): { readonly stages: readonly Forecast[]; readonly job: Forecast } {
  const { items, stages } = probed;
  const amounts = items.map((item) => item.stages.map((spent, at) => amountsOf(spent, stages[at]?.prices)));
  const stageForecasts = stages.map(
    (stage, at): Forecast => ({
      ...expectedOf(
        amounts.map((ofItem) => ofItem[at] ?? null),
        probed,
      ),
      ...timesOf(stage, at, probed),
    }),
  );
  return {
    stages: stageForecasts,
    job: {
      ...expectedOf(amounts.map(sumOfAmounts), probed),
      seconds: sumOfSpans(stageForecasts.map(({ seconds }) => seconds)),
      gpuHours: sumOfSpans(stageForecasts.map(({ gpuHours }) => gpuHours)),
    },
  };
}

type Amounts = Readonly<Record<Quantity, number | null>>;

const amountsOf = (spent: StageSpent, prices: StagePrices = { own: null, first: null }): Amounts => ({
  requests: spent.requests,
  answers: spent.answers,
  promptTokens: spent.tokens.prompt,
  completionTokens: spent.tokens.completion,
  tokens: allTokens(spent.tokens),
  cost: costOf(prices, spent),
});

const sumOfAmounts = (amounts: readonly Amounts[]): Amounts =>
  amountsBy((name) => sumOf(amounts.map((each) => each[name])));

function expectedOf(
  amounts: readonly (Amounts | null)[],
  { items, population }: Probed,
): Readonly<Record<Quantity, Expected | null>> {
  return amountsBy((name) => {
    const values = amounts.map((each) => each?.[name] ?? null);
    return expected(values, items, population);
  });
}

const amountsBy = <Value>(amountOf: (name: Quantity) => Value): Record<Quantity, Value> =>
  Object.fromEntries(quantities.map((name) => [name, amountOf(name)])) as Record<Quantity, Value>;

/** The total of one value for each item; null where one is not known. */
function expected(
  values: readonly (number | null)[],
  items: readonly ProbedItem[],
  population: Population,
): Expected | null {
  const observed = items.flatMap(({ length }, at) => {
    const value = values[at] ?? null;
    return value === null ? [] : [{ length, value }];
  });
  return observed.length < items.length || items.length === 0 ? null : expectedTotal(observed, population);
}

/**
 * At worst a worker takes the time of the probe for each answer and has as few in flight; at best it has all its slots in flight, and each
 * answer takes no longer. Where a rate is kept, answers wait for their turn: then the best is the rate itself.
 */
function timesOf(
  stage: ProbedStage,
  at: number,
  { items, population }: Probed,
): Pick<Forecast, 'seconds' | 'gpuHours'> {
  const { workers, slots, gpus, inFlight } = stage;
  const spent = items.map(({ stages }) => stages[at] ?? null);
  const totalOf: TotalOf = (amountOf) =>
    expected(
      spent.map((each) => each && amountOf(each)),
      items,
      population,
    );
  const answerSeconds = totalOf((each) => each.answerSeconds);
  if (inFlight === null || answerSeconds === null) return { seconds: null, gpuHours: null };
  const { value, low, high } = answerSeconds;
  const worker: Span = { fast: (low ?? value) / slots, slow: (high ?? value) / inFlight };
  const rate = rateOf(stage.rates, totalOf);
  return {
    seconds: {
      fast: rate ? rate.fast : worker.fast / workers,
      slow: Math.max(worker.slow / workers, rate?.slow ?? 0),
    },
    gpuHours: gpus === null ? null : { fast: (worker.fast * gpus) / 3600, slow: (worker.slow * gpus) / 3600 },
  };
}

type TotalOf = (amountOf: (each: StageSpent) => number | null) => Expected | null;

/** How long the requests to each engine take at its rate: the longer of the two. */
function rateOf({ own, first }: ProbedStage['rates'], totalOf: TotalOf): Span | null {
  if (first === 'own')
    return rateSeconds(own, {
      requests: totalOf(({ requests }) => requests),
      tokens: totalOf(({ tokens }) => allTokens(tokens)),
    });
  return longerOf(
    rateSeconds(own, {
      requests: totalOf(({ requests, firstRequests }) => requests - firstRequests),
      tokens: totalOf(({ tokens, firstTokens }) => less(allTokens(tokens), allTokens(firstTokens))),
    }),
    rateSeconds(first, {
      requests: totalOf(({ firstRequests }) => firstRequests),
      tokens: totalOf(({ firstTokens }) => allTokens(firstTokens)),
    }),
  );
}

const less = (whole: number | null, part: number | null): number | null =>
  whole === null || part === null ? null : whole - part;

const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

const longerOf = (one: Span | null, other: Span | null): Span | null =>
  one && other ? { fast: Math.max(one.fast, other.fast), slow: Math.max(one.slow, other.slow) } : (one ?? other);

const sumOfSpans = (spans: readonly (Span | null)[]): Span | null =>
  spans.reduce<Span | null>(
    (sum, span) => (sum && span ? { fast: sum.fast + span.fast, slow: sum.slow + span.slow } : null),
    { fast: 0, slow: 0 },
  );
