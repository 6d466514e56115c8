/** The fields that rows of several trainers are made of. */
import { z } from 'zod';
import type { Comparison } from '../comparison.ts';

export const message = z.object({ role: z.string(), content: z.string() });
export const messages = z.array(message);

const score = z.number().nullable();
export const scoreFields = { score_chosen: score, score_rejected: score };

export const scoresIn = ({ scores }: Comparison) => ({
  score_chosen: scores?.[0] ?? null,
  score_rejected: scores?.[1] ?? null,
});
