/** A command that trains: what it is told, what it may see of the environment, and how long it may take. */
import { z } from 'zod';
import { trainerPodSchema } from './trainer-pod.ts';

/** What a command is told of a training, as words in braces. */
export const placeholders = {
  data: 'the folder of the training set',
  base: 'the weights that the loop file names: those of the judge, or of the prover where that is trained',
  parent: 'the weights of the round before; in round 0 those of `{base}`',
  out: 'the folder that the new weights have to be in when the command ends with 0. The same after a kill, so a trainer resumes from its own checkpoints',
  round: 'the number of the round',
  seed: '`spec.seed` plus the number of the round',
} as const;
export type Placeholder = keyof typeof placeholders;

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable');
const passedOn = z.strictObject({ env: variableName });

/** The variables that every command is given, where the loop itself has them. */
export const usualVariables = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'LD_LIBRARY_PATH'] as const;

export const variablesSchema = z
  .record(variableName, z.union([z.string(), passedOn]))
  .default({})
  .meta({
    description: `Environment variables of the command: name -> text, or { env: NAME } for one that the loop itself is given, such as a token. Beside these it sees ${usualVariables.join(', ')}, and no other.`,
  });

const trainerVariablesSchema = z
  .record(variableName, z.union([z.string(), passedOn.extend({ secret: z.string().min(1).optional() })]))
  .default({})
  .meta({
    description: `Environment variables of the command: name -> text, or { env: NAME } for one that the loop itself is given, such as a token; on Kubernetes { env: NAME, secret: SECRET }, as with the keys of engines. Beside these it sees ${usualVariables.join(', ')}, and no other; on Kubernetes what its image sets.`,
  });

export const trainerSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .superRefine((words, context) => {
        for (const [index, word] of words.entries())
          for (const [whole, name = ''] of word.matchAll(/\{([a-z]+)\}/g))
            if (!Object.hasOwn(placeholders, name))
              context.addIssue({
                code: 'custom',
                path: [index],
                message: `${whole} is none of ${Object.keys(placeholders)
                  .map((known) => `{${known}}`)
                  .join(', ')}`,
              });
        if (!words.some((word) => word.includes('{out}')))
          context.addIssue({ code: 'custom', message: 'never says {out}, the folder of the new weights' });
      })
      .meta({
        description: `Program and arguments, without a shell, in the folder of the loop file; on Kubernetes, in that of spec.files. ${Object.entries(
          placeholders,
        )
          .map(([name, meaning]) => `\`{${name}}\`: ${meaning}`)
          .join('; ')}.`,
      }),
    environment: trainerVariablesSchema,
    versions: z.array(z.string().min(1)).min(1).optional().meta({
      description:
        'Program and arguments that print the versions of the trainer, such as `pip freeze`. What it prints is recorded with the weights.',
    }),
    timeoutSeconds: z.int().positive().optional().meta({
      description: 'How long a training may take; then it is ended, and the loop ends with 75. Default: no limit.',
    }),
    kubernetes: trainerPodSchema.optional(),
  })
  .meta({ description: 'The command that trains.' });
export type Trainer = z.infer<typeof trainerSchema>;
