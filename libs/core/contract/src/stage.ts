import { z } from 'zod';
import { profileSchema, samplingSchema } from './profile.ts';

const common = {
  name: z.string(),
  profile: profileSchema,
  engine: z.strictObject({ model: z.string(), revision: z.string().nullable() }),
  sampling: samplingSchema,
};

export const stageDefinitionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('label'),
    ...common,
    votes: z.strictObject({
      max: z.int().positive(),
      orders: z.enum(['alternate', 'fixed']),
      reasks: z.int().nonnegative(),
    }),
  }),
  z.strictObject({ kind: z.literal('prove'), ...common, attempts: z.int().positive() }),
]);
/** All that decides an answer's meaning: profile and template bytes, sampling, votes. Its digest is the stage digest. */
export type StageDefinition = z.infer<typeof stageDefinitionSchema>;

export const stageFileSchema = z.strictObject({
  v: z.literal(1),
  run: z.string(),
  stageDigest: z.string(),
  partitions: z.int().positive(),
  definition: stageDefinitionSchema,
});
/** stage.json, frozen at planning: the one file a worker needs. */
export type StageFile = z.infer<typeof stageFileSchema>;
