/** What the capacity of a fleet is measured on. */

export interface Case {
  readonly name: string;
  /** Votes of an item, and whether asking stops once they decide. */
  readonly votes: { readonly max: number; readonly stop: 'none' | 'certain'; readonly orders: 'alternate' | 'both' };
  /** One worker beside each engine. */
  readonly engines: readonly EngineSize[];
  readonly aim: number;
}

export interface EngineSize {
  readonly slots: number;
  /** How many times as long everything takes. */
  readonly slowness: number;
}

/** Beside a median answer of 220 tokens at 50 tokens a second: an answer takes 0.44 s. */
export const timeScale = 0.1;
export const decodeTokensPerSecond = 50;
export const prefillTokensPerSecond = 20_000;

const one: readonly EngineSize[] = [{ slots: 64, slowness: 1 }];
const four: readonly EngineSize[] = [1, 1, 1, 3].map((slowness) => ({ slots: 16, slowness }));
const single = { max: 1, stop: 'none', orders: 'alternate' } as const;

export const cases: readonly Case[] = [
  { name: '1 worker, 1 vote', votes: single, engines: one, aim: 0.97 },
  {
    name: '1 worker, 8 votes, until certain',
    votes: { max: 8, stop: 'certain', orders: 'alternate' },
    engines: one,
    aim: 0.97,
  },
  { name: '1 worker, both orders', votes: { max: 2, stop: 'none', orders: 'both' }, engines: one, aim: 0.97 },
  { name: '4 workers, one 3 times slower, 1 vote', votes: single, engines: four, aim: 0.95 },
];

export interface Work {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** How long the work would take if no slot were ever free before its end. */
export function idealSeconds({ promptTokens, completionTokens }: Work, engines: readonly EngineSize[]): number {
  const slotSeconds = (promptTokens / prefillTokensPerSecond + completionTokens / decodeTokensPerSecond) * timeScale;
  return slotSeconds / engines.reduce((sum, { slots, slowness }) => sum + slots / slowness, 0);
}
