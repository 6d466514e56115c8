/** Made-up items, whose best response is the one that the simulator holds to be the best. */
import type { Item } from '@proofmill/contract';
import { qualityOf } from '@proofmill/simulator';

/** Moves all chance of a test. */
export const SEED = Number(process.env.PROOFMILL_SEED ?? 1);
export const about = `PROOFMILL_SEED=${SEED}`;

/** Items of a name have texts of their own. Which of their responses is the best is as good as drawn by lot. */
export const itemsOf = (count: number, name: string, responses = 2): Item[] =>
  Array.from({ length: count }, (_, index) => {
    const item: Item = {
      sourceId: null,
      source: { file: 'made-up', line: index + 1 },
      prompt: [{ role: 'user', content: `Question ${index} of ${name}, seed ${SEED}?` }],
      responses: Array.from({ length: responses }, (_, at) => `Answer ${at} to question ${index} of ${name}.`),
      gold: null,
    };
    return { ...item, gold: plantedOrder(item)[0] ?? null };
  });

export const questionOf = ({ prompt }: Item): string => prompt[0]?.content ?? '';

/** The responses by the simulator's own qualities, the best one first. */
export const plantedOrder = (item: Item): number[] => {
  const qualities = item.responses.map((response) => qualityOf(questionOf(item), response));
  return qualities.map((_, index) => index).sort((one, other) => (qualities[other] ?? 0) - (qualities[one] ?? 0));
};
