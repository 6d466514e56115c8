/** Rows of an output for people to answer, in the form of a tool. */
import { type Codec, ConfigurationError, isImitation, type Row, type Store, sha256 } from '@proofmill/contract';
import {
  type ReviewChoice,
  reviewChoices,
  reviewerOf,
  reviewQuestion,
  reviewTools,
  worthOf,
} from '@proofmill/export-rows';
import { createSame, currentOutcomes, isRow } from '@proofmill/folder';
import { codeOf } from '@proofmill/stats';
import { z } from 'zod';
import { closeFolder, FolderOf } from './claimed-folder.ts';
import type { ExportedOutput } from './export-options.ts';

const choices = Object.keys(reviewChoices) as ReviewChoice[];

const reviewSchema = z.object({
  v: z.literal(1),
  tool: z.enum(reviewTools),
  by: z.enum(choices),
  most: z.int().positive(),
  showJudge: z.boolean(),
  job: z.string(),
  run: z.string(),
  manifestSha256: z.string(),
});
const reviewManifestSchema = reviewSchema.extend({ rows: z.int().positive() });
export type ReviewManifest = z.infer<typeof reviewManifestSchema>;

export interface ReviewOptions extends Pick<ReviewManifest, 'tool' | 'by' | 'most' | 'showJudge'> {
  readonly output: ExportedOutput;
  readonly target: Store;
  readonly targetName: string;
  /** The rows in the order in which people are asked. */
  readonly rows: readonly Row[];
}

/** @throws {ConfigurationError} where there is no row, or the target is not free */
export async function exportReview(options: ReviewOptions): Promise<ReviewManifest> {
  const { output, target, targetName, rows, tool, by, most, showJudge } = options;
  const { job, runs } = output.manifest;
  const run = runs[0]?.run ?? '';
  const identity = { v: 1 as const, tool, by, most, showJudge, job, run, manifestSha256: output.manifestSha256 };
  const folder = new FolderOf(target, targetName, reviewSchema);
  await folder.refuse(identity);
  await folder.claim(identity);
  const questions = rows.map((row, at) => reviewQuestion(row, { rank: at + 1, seed: run, showJudge }));
  const { filesOf } = reviewerOf(tool);
  const manifest = { ...identity, rows: rows.length };
  const text = new TextEncoder();
  for (const [path, content] of Object.entries({ ...filesOf(questions), 'README.md': card(manifest) }))
    await createSame(target, path, text.encode(content));
  await closeFolder(target, manifest);
  return manifest;
}

const card = ({ tool, by, rows, job, run, showJudge }: ReviewManifest): string => `# ${rows} items to answer

Of the output of the job ${codeOf(job)} (${codeOf(run)}): ${reviewChoices[by]}. The responses are in an order that says nothing of the judge's
verdict${showJudge ? ', which is shown as a suggestion' : ', which is not shown'}.

${reviewerOf(tool).instructions} Then \`proofmill import-reviews FILE --for ${tool} --to gold.jsonl\` makes gold labels of the answers.
`;

interface ChooseOptions {
  readonly output: ExportedOutput;
  readonly codec: Codec;
  readonly by: Exclude<ReviewChoice, 'random'>;
  readonly most: number;
}

interface Worth {
  readonly id: string;
  readonly worth: number;
  readonly draw: string;
}

/**
 * The rows with a judge's label that are most worth a look, of equal ones those that the run of the output draws. Rows that imitate a frame are no
 * training data and are not asked about. The output is read twice, and what is held are the chosen rows.
 * @throws {ConfigurationError} where no row can be chosen so
 */
export async function chooseRows({ output, codec, by, most }: ChooseOptions): Promise<Row[]> {
  const run = output.manifest.runs[0]?.run ?? '';
  let best: Worth[] = [];
  for await (const row of judgedRows(output, codec)) {
    const worth = worthOf(row, by);
    if (worth === null) continue;
    best.push({ id: row.id, worth, draw: sha256(`${run} ${row.id}`) });
    if (best.length >= 2 * most) best = first(best, most);
  }
  const ids = first(best, most).map(({ id }) => id);
  if (ids.length === 0) {
    throw new ConfigurationError(
      `no row of ${output.name} can be chosen by ${by}: none has a label of a judge with ${by === 'disagreement' ? 'votes' : 'a confidence'}. Choose with --by random`,
    );
  }
  const wanted = new Set(ids);
  const rows = new Map<string, Row>();
  for await (const row of judgedRows(output, codec)) if (wanted.has(row.id)) rows.set(row.id, row);
  return ids.flatMap((id) => rows.get(id) ?? []);
}

const first = (found: readonly Worth[], most: number): Worth[] =>
  found.toSorted((one, other) => other.worth - one.worth || (one.draw < other.draw ? -1 : 1)).slice(0, most);

async function* judgedRows({ store, manifest }: ExportedOutput, codec: Codec): AsyncGenerator<Row> {
  for await (const record of currentOutcomes(store, manifest, codec)) {
    if (isRow(record) && (record.decidedBy === 'judge' || record.decidedBy === 'first-judge')) {
      if (!record.flags.some(isImitation)) yield record;
    }
  }
}
