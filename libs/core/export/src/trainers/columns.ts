/** What rows of several trainers have in common. */
import { z } from 'zod';
import type { Comparison } from '../comparison.ts';
import { answered, assistant } from './trainer.ts';

const message = z.object({ role: z.string(), content: z.string() });
export const messages = z.array(message);

const score = z.number().nullable();
export const scoreFields = { score_chosen: score, score_rejected: score };

export const scoresIn = ({ scores }: Comparison) => ({
  score_chosen: scores?.[0] ?? null,
  score_rejected: scores?.[1] ?? null,
});

/** The prompt and both responses as conversations. */
export const conversationPair = {
  schema: z.object({ prompt: messages, chosen: messages, rejected: messages }),
  rowOf: ({ prompt, chosen, rejected }: Comparison) => ({
    prompt,
    chosen: assistant(chosen),
    rejected: assistant(rejected),
  }),
};

/** The prompt as a conversation, and each response as its next message. */
export const messagePair = {
  schema: z.object({ messages, chosen: message, rejected: message }),
  rowOf: ({ prompt, chosen, rejected }: Comparison) => ({
    messages: prompt,
    chosen: assistant(chosen)[0],
    rejected: assistant(rejected)[0],
  }),
};

/** The judge's prompt and the answer as one conversation. */
export const askedConversation = answered(z.object({ messages }), (prompt, answer) => ({
  messages: [...prompt, ...assistant(answer)],
}));
