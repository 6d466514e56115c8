/** `spec.corpus` of the job file: the input files, and which of their fields hold what. */
import { z } from 'zod';
import { benchmarkNames, benchmarks } from './benchmarks.ts';

const fieldPath = z.string().min(1);
const pathWith = (description: string) => fieldPath.meta({ description });

const verdictSchema = z.union([z.int().nonnegative(), z.enum(['tie', 'none'])]);

const labelRules = ['label', 'winner', 'ratings', 'sign'] as const;

const corpusFields = z.strictObject({
  uris: z.array(z.string().min(1)).min(1).optional().meta({
    description:
      'Required, or `path`. Input files: paths, file:// URIs, s3://BUCKET/KEY, hf://datasets/ORG/NAME[@REVISION]/PATH (the Hugging Face Hub at HF_ENDPOINT, with HF_TOKEN where those are set), globs of them (*, **), and https:// addresses. Relative paths start at the job file. A glob that matches an earlier output is refused, unless it names the folder data of that output.',
  }),
  folder: z.string().min(1).optional().meta({
    description:
      'The folder that relative paths of `uris` start at, such as one of a claim on Kubernetes. Rows name the files without it. Default: that of the job file.',
  }),
  benchmark: z
    .enum(benchmarkNames)
    .optional()
    .meta({
      description: `The files are those of a benchmark, as they were published: its own comparisons are asked, and \`proofmill score\` computes its metric. ${benchmarkNames.map((name) => `${name}: ${benchmarks[name]}`).join('; ')}. See docs/benchmarks.md.`,
    }),
  categories: z.array(z.string().min(1)).min(1).optional().meta({
    description:
      'Of a benchmark: only its comparisons of these categories, as docs/benchmarks.md names them, for a benchmark whose categories are asked in different ways. Default: all.',
  }),
  path: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The file of the benchmark, or a glob: a shorter way to write `uris` with one entry.' }),
  format: z.enum(['auto', 'jsonl', 'json', 'csv', 'tsv', 'parquet', 'arrow']).default('auto').meta({
    description:
      'What the files are. auto recognises each by its content: JSON lines, JSON of any layout, CSV or TSV with a header, Parquet, Arrow (file or stream); plain or compressed with gzip or zstd. Any other value refuses files of other kinds.',
  }),
  recordsUnder: z.string().min(1).optional().meta({
    description:
      'In files that are one JSON object: the field that holds the list of records. Without it, a list under a usual name (data, rows, records, train, ..) is taken where there is only one.',
  }),
  fields: z
    .strictObject({
      system: pathWith('What the system said: the first message.').optional(),
      tools: pathWith('The tools that the assistant could call.').optional(),
      history: pathWith('Turns in front of the prompt: pairs of a question and an answer, or messages.').optional(),
      prompt: z
        .union([fieldPath, z.array(fieldPath).min(1)])
        .optional()
        .meta({
          description:
            'A text or a conversation. Of several fields, texts are parts of one turn, with a blank line between them.',
        }),
      responses: z
        .union([fieldPath, z.array(fieldPath).min(2)])
        .optional()
        .meta({ description: 'A list of responses, or a field for each.' }),
      chosen: pathWith('The better response.').optional(),
      rejected: pathWith('The worse one.').optional(),
      label: z
        .union([
          fieldPath,
          z.null(),
          z.strictObject({ field: pathWith('The field.'), values: z.record(z.string(), verdictSchema) }),
        ])
        .optional()
        .meta({
          description:
            'The gold label. A field by itself holds letters: A, B, A>B, B>A, tie. With values, each value has a meaning: the index of the better response (0 is the first), tie, or none. null ignores labels, also what the names chosen and rejected say.',
        }),
      winner: z.strictObject({ a: fieldPath, b: fieldPath, tie: fieldPath.optional() }).optional().meta({
        description:
          'The gold label where it has a field for each verdict, of which one holds 1 or true: the first response is better, the second one is, a tie.',
      }),
      ratings: z
        .union([fieldPath, z.array(fieldPath).min(2)])
        .optional()
        .meta({
          description:
            'The gold label where each response has a number: a list of numbers, or a field for each. The highest wins, equal ones tie.',
        }),
      sign: pathWith(
        'The gold label where it is a number: below 0 the first response is better, above 0 the second, 0 is a tie.',
      ).optional(),
      id: pathWith("The record's own id, a text or a number.").optional(),
      leaveOut: z.array(z.string().min(1)).optional().meta({
        description:
          'What does not matter: columns (a, a.b), fields of messages (reasoning_content, tool_calls), or kinds of their parts (image). Otherwise a record fails that has a part of the conversation which the judge would not see.',
      }),
    })
    .refine((fields) => labelRules.filter((rule) => fields[rule] !== undefined).length <= 1, {
      message: `${labelRules.join(', ')} are ways to say the same thing; one of them is enough`,
    })
    .default({})
    .meta({
      description:
        'Which fields hold what, for records that are not recognised without help, or are to be read in another way: see docs/corpora.md. A field is a name; a.b reaches into an object, a[0] into a list (a[-1] is its end), a[*].b into each entry of a list.',
    }),
  carry: z.array(fieldPath).min(1).max(32).optional().meta({
    description:
      'Columns of the corpus that rows keep in `carried`, each as a text of 4,096 characters at most: to group by, or to join with.',
  }),
  limit: z.int().positive().optional().meta({
    description: 'Only the first n records, in the order of the files; of a benchmark, the first n comparisons.',
  }),
});

/** `path` is a short way to write `uris`. */
export const corpusSchema = corpusFields
  .superRefine(({ uris, path, benchmark, categories, fields }, context) => {
    const refuse = (at: string, message: string): void => context.addIssue({ code: 'custom', path: [at], message });
    if (path === undefined && uris === undefined) refuse('uris', 'is missing: name the input files');
    if (path !== undefined && uris !== undefined) refuse('path', 'says the same as uris; one of them is enough');
    if (path !== undefined && benchmark === undefined) refuse('path', 'is for a benchmark; other files go into uris');
    if (categories !== undefined && benchmark === undefined)
      refuse('categories', 'are those of a benchmark; take them out, or name the benchmark');
    if (benchmark !== undefined && Object.keys(fields).length > 0)
      refuse('fields', 'is for other corpora: what the columns of a benchmark mean is known');
  })
  .transform(({ uris, path, ...rest }) => ({ ...rest, uris: uris ?? (path === undefined ? [] : [path]) }));
