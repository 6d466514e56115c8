import { type Message, sha256 } from '@proofmill/contract';
import { z } from 'zod';

const messageSchema = z.object({ role: z.string(), content: z.string() });

const arguedSchema = z.object({
  kind: z.enum(['proof', 'rationale']),
  isChosenFirst: z.boolean(),
  answer: z.string(),
});

export const comparisonSchema = z.object({
  prompt: z.array(messageSchema),
  chosen: z.string(),
  rejected: z.string(),
  certainty: z.number().nullable(),
  scores: z.array(z.number()).length(2).nullable(),
  argued: arguedSchema.nullable(),
});
/**
 * Two responses of a row, one better than the other: what every training row is made of. `certainty` is the probability that this is right,
 * or the confidence where a row has no probability. `scores` are those of the chosen and the rejected response. `argued` is the answer of a
 * judge, in the order that it speaks of: "Response A" in it is the chosen response where that is first.
 */
export type Comparison = z.infer<typeof comparisonSchema>;
export type Argued = NonNullable<Comparison['argued']>;

/** What two rows have in common that compare the same two responses, whichever they call the better one. */
export const pairKey = ({ prompt, chosen, rejected }: Pick<Comparison, 'prompt' | 'chosen' | 'rejected'>): string =>
  sha256(JSON.stringify([turnsOf(prompt), [chosen, rejected].sort()]));

const turnsOf = (prompt: readonly Message[]): string[][] => prompt.map(({ role, content }) => [role, content]);
