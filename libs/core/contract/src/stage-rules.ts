/**
 * How a stage asks and decides: one schema for each rule. The job file (job.ts) may leave a rule out and gets its default;
 * stage.json (stage.ts) spells out all of them.
 */
import { z } from 'zod';
import { ordersSchema } from './profile.ts';

const stopSchema = z
  .union([z.enum(['none', 'certain']), z.strictObject({ confidence: z.number().gt(0.5).lt(1) })])
  .meta({
    description:
      'none: all votes; certain: until the remaining votes cannot change the winner; {confidence: p}: until the label has the confidence p, or is certain.',
  });
/** When no further votes are asked for. */
export type StopRule = z.infer<typeof stopSchema>;

const votes = {
  max: z.int().positive().max(256).meta({
    description:
      "Valid votes wanted per item (per comparison, with more than two responses; per response, where the judge rates them one at a time). Default: the profile's, else 1.",
  }),
  orders: ordersSchema.meta({
    description:
      "alternate: vote after vote the other way round; both: the same number in each order, asked in pairs; fixed: always as in the corpus. A judge that is shown all responses at once: alternate rotates them, and there is no both. One that rates each alone has no orders. Default: the profile's, else alternate.",
  }),
  stop: stopSchema,
  reasks: z
    .int()
    .nonnegative()
    .max(256)
    .meta({ description: 'How many invalid answers of an order are asked for again, with other seeds.' }),
  logprobs: z.boolean().meta({
    description:
      "Store the probability of the verdict's token with each vote. The engine then sends log-probabilities of all tokens.",
  }),
};

export const votesOptions = z.strictObject({
  max: votes.max.optional(),
  orders: votes.orders.optional(),
  stop: votes.stop.default('none'),
  reasks: votes.reasks.default(2),
  logprobs: votes.logprobs.default(false),
});
/** `votes` of a job file. */
export const votesSchema = votesOptions.default(votesOptions.parse({}));

/** `votes` of stage.json. */
export const frozenVotesSchema = z.strictObject(votes);
/** How an item is voted on. */
export type VotesDefinition = z.infer<typeof frozenVotesSchema>;

const escalation = {
  below: z.number().min(0.5).max(1).meta({
    description:
      "An item with less confidence than this is put to the stage's judge as well. With a `calibration` of the first judge it is the calibrated probability that has to reach it. Ties and failures always are.",
  }),
  ordersDisagree: z.boolean().meta({
    description: 'Also where the two orders name different winners, or one of them was asked and has no valid vote.',
  }),
};

const escalateOptionsSchema = z.strictObject({
  below: escalation.below.default(0.9),
  ordersDisagree: escalation.ordersDisagree.default(true),
});
/** `first.escalate` of a job file. */
export const escalateSchema = escalateOptionsSchema.default(escalateOptionsSchema.parse({}));

/** `first.escalate` of stage.json. */
export const frozenEscalateSchema = z.strictObject(escalation);

export const rankingSchema = z.enum(['knockout', 'linear', 'round-robin']).meta({
  description:
    'How more than two responses are compared, by a judge of two. knockout: n - 1 comparisons in rounds; linear: n - 1, each with the best so far; round-robin: all pairs, which ranks all responses.',
});

export const candidatesSchema = z
  .int()
  .positive()
  .max(64)
  .meta({ description: 'Proofs asked for at once; the best is taken.' });

export const attemptsSchema = z
  .int()
  .positive()
  .max(64)
  .meta({ description: 'How often candidates are asked for until one passes its checks; then the row is not kept.' });

export const selectSchema = z.enum(['likelihood-ratio', 'judge', 'first']).meta({
  description:
    'The best of several candidates that pass. likelihood-ratio: the likeliest given the label, compared with its likelihood alone (needs prompt_logprobs; without them, as judge); judge: the model compares them; first: the first.',
});
