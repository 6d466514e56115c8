import { z } from 'zod';

const verdictSchema = z.enum(['first', 'second', 'tie']);

/** How an answer is read. A closed set of rules: a profile chooses one, it never brings code. */
const parseRuleSchema = z.discriminatedUnion('rule', [
  z.strictObject({
    rule: z.literal('tagged').meta({ description: 'The last <tag>..</tag> block holds one of the verdict words.' }),
    tag: z.string().regex(/^[a-z]+$/),
    verdicts: z.record(z.string().min(1), verdictSchema),
  }),
  z.strictObject({
    rule: z.literal('proof').meta({ description: 'The whole answer is a proof; it must conclude for its label.' }),
    opening: z.string().min(1),
    conclusion: z.string().min(1),
  }),
]);
export type ParseRule = z.infer<typeof parseRuleSchema>;

export const samplingSchema = z.strictObject({
  temperature: z
    .number()
    .min(0)
    .max(2)
    .meta({ description: '0 asks for the likeliest answer; votes need more than 0.' }),
  topP: z.number().gt(0).max(1),
  maxTokens: z.int().positive().meta({ description: 'Tokens of one answer. An answer cut off by it is invalid.' }),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 31 - 1)
    .meta({ description: 'Moves all seeds of the run.' }),
});
/** Every sampling field is sent with every request: a checkpoint's own defaults never apply. */
export type Sampling = z.infer<typeof samplingSchema>;

export const profileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.int().positive(),
  purpose: z.enum(['label', 'prove']),
  description: z.string(),
  source: z.string().meta({ description: 'Where the prompt comes from, with its licence.' }),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), template: z.string() }))
    .min(1)
    .meta({ description: 'Jinja templates. Variables: question, response_a, response_b, winner (A or B, provers).' }),
  sampling: samplingSchema.omit({ seed: true }),
  regex: z.string().min(1).optional().meta({
    description:
      'A regular expression that the engine holds answers to (structured_outputs of vLLM). An engine that ignores it gives answers that are read as any others.',
  }),
  parse: parseRuleSchema,
  frameMarks: z
    .array(z.string().min(1))
    .meta({ description: 'Pieces of the frame. A response that holds one imitates the frame: flagged, never kept.' }),
  chatTemplateKwargs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
/** How one family of judge is asked and read, as data. */
export type Profile = z.infer<typeof profileSchema>;
