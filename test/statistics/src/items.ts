/** Made-up items, whose gold response is the one that the simulator considers the best. */
import type { Item } from '@proofmill/contract';
import { qualityOf } from '@proofmill/simulator';

/** The seed of all chance in a test. */
export const seed = Number(process.env.PROOFMILL_SEED ?? 1);
/** Names the seed in titles and failures. */
export const seedNote = `PROOFMILL_SEED=${seed}`;

/** Items of a name have texts of their own. The place of the best response is as good as random. */
export const itemsOf = (count: number, name: string, responses = 2): Item[] =>
  Array.from({ length: count }, (_, index) => {
    const item: Item = {
      sourceId: null,
      source: { file: 'made-up', line: index + 1 },
      prompt: [{ role: 'user', content: `Question ${index} of ${name}, seed ${seed}?` }],
      responses: Array.from({ length: responses }, (_, place) => `Answer ${place} to question ${index} of ${name}.`),
      gold: null,
    };
    return { ...item, gold: plantedOrder(item)[0] ?? null };
  });

export const questionOf = ({ prompt }: Item): string => prompt[0]?.content ?? '';

/** The indexes of the responses by the simulator's own qualities, best first. */
export const plantedOrder = (item: Item): number[] => {
  const qualities = item.responses.map((response) => qualityOf(questionOf(item), response));
  return qualities.map((_, index) => index).sort((a, b) => (qualities[b] ?? 0) - (qualities[a] ?? 0));
};
