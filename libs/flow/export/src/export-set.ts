/**
 * Exports rows of outputs as a training set. The comparisons of all outputs are sorted by the digests of their prompts and pairs, so that the set does
 * not depend on the order of outputs or rows, and equal comparisons meet. Memory does not grow with the outputs: what is sorted beyond a part goes
 * through a scratch store.
 *
 * The folder is claimed first, the files of rows follow, then card and glue, then _MANIFEST.json and _SUCCESS. Whatever ends it, the same export
 * writes the same bytes again and completes it.
 */
import { ConfigurationError, digestOf } from '@proofmill/contract';
import { type Ask, divisionOf, formOf, leftOut, type LeftOut, tableOf } from '@proofmill/export-rows';
import { createSame } from '@proofmill/folder';
import { requireWhole } from './check-set.ts';
import { agreed, candidateLines, Counts, type Placed } from './candidates.ts';
import { rowsOfSplit, setCard, splitsOf } from './card.ts';
import { closeFolder, FolderOf, readClosed } from './claimed-folder.ts';
import type { ExportOptions } from './export-options.ts';
import { askWith } from './judge-profile.ts';
import { writeSetFiles } from './set-files.ts';
import { sourceOf } from './source.ts';
import { sortedLines } from './sorted-lines.ts';
import { identitySchema, type SetIdentity, type SetManifest, setManifestSchema } from './training-set.ts';

/**
 * The manifest of the set, which is complete when this resolves.
 * @throws {ConfigurationError} for a form or an option that the trainer does not take, a target that is not free, and where no row is left to export
 */
export async function exportSet(options: ExportOptions): Promise<SetManifest> {
  const outputs = options.outputs.toSorted((one, other) => (one.manifestSha256 < other.manifestSha256 ? -1 : 1));
  const form = formOf(options.trainer, options.form);
  if (options.margin && !form.takesMargin) {
    throw new ConfigurationError(
      `${options.trainer} takes no margin with --as ${options.form}; leave out --margin, or export --as scalar for trl or openrlhf`,
    );
  }
  const ask = askOf(options);
  const table = tableOf(form, { ask, hasMargin: options.margin });
  const identity = identityOf({ ...options, outputs });
  const { target, scratch, codec, bothOrders } = options;
  const folder = new FolderOf(target, options.targetName, identitySchema);
  await folder.refuse(identity);
  const existing = await readClosed(target, setManifestSchema);
  if (existing) {
    await requireWhole(target, options.targetName);
    return existing;
  }

  const counts = new Counts(options.without);
  const tally = new TextTally();
  const lines = sortedLines(candidateLines({ ...options, outputs }, form.conversation, counts), { scratch });
  const placed = agreed(lines, bothOrders, counts);
  // The first one comes when all rows are read: the division follows from all of them.
  const first = await placed.next();
  if (first.done) throw nothingLeft(counts);
  await folder.claim(identity);
  const files = await writeSetFiles(first.value, placed, {
    ...{ store: target, codec, form, columns: table.columns },
    division: divisionOf(counts.characters, options.evalShare),
    rowOf: ({ comparison }: Placed) => {
      tally.add(comparison.argued);
      return table.rowOf(comparison);
    },
  });
  const { rows } = counts;
  const benchmarks = counts.benchmarks.costs();
  const { texts, answers } = tally;
  const manifest: SetManifest = { ...identity, rows, leftOut: inOrder(counts), benchmarks, texts, answers, files };
  if (rowsOfSplit(manifest, 'train') === 0) throw nothingLeft(counts);
  await writeTexts(options, {
    'README.md': setCard({ manifest, form, columns: table.columns, sources: await Promise.all(outputs.map(sourceOf)) }),
    ...glueOf(manifest, form),
  });
  await closeFolder(target, manifest);
  return manifest;
}

const askOf = ({ profile, form, trainer }: ExportOptions): Ask => {
  const wanted = formOf(trainer, form);
  if (wanted.asksJudge && profile) return askWith(profile, wanted);
  return () => {
    throw new TypeError('a set without a profile asks no judge');
  };
};

const identityOf = (options: ExportOptions): SetIdentity => ({
  v: 1,
  trainer: options.trainer,
  form: options.form,
  outputs: options.outputs.map(({ manifest: { job, runs }, manifestSha256 }) => ({
    job,
    runs: runs.map(({ stage, run }) => ({ stage, run })),
    manifestSha256,
  })),
  profile: options.profile && {
    name: options.profile.name,
    version: options.profile.version,
    messagesSha256: digestOf(options.profile.messages),
  },
  keep: options.keep,
  minConfidence: options.minConfidence,
  minProbability: options.minProbability,
  text: options.text,
  bothOrders: options.bothOrders,
  margin: options.margin,
  evalShare: options.evalShare,
  without: options.without?.files.map(({ name, sha256 }) => ({ name, sha256 })) ?? [],
  model: options.model,
});

/** Texts of a reasoning set by where they are from, and by their verdict. */
class TextTally {
  readonly texts = { proof: 0, rationale: 0 };
  readonly answers = { A: 0, B: 0 };

  add(argued: Placed['comparison']['argued']): void {
    if (!argued) return;
    this.texts[argued.kind] += 1;
    this.answers[argued.isChosenFirst ? 'A' : 'B'] += 1;
  }
}

const inOrder = ({ leftOut: left }: Counts): SetManifest['leftOut'] =>
  Object.fromEntries(
    (Object.keys(leftOut) as LeftOut[]).flatMap((reason) => {
      const count = left[reason];
      return count === undefined ? [] : [[reason, count]];
    }),
  );

function glueOf(manifest: SetManifest, form: ReturnType<typeof formOf>): Readonly<Record<string, string>> {
  const pathsOf = (split: string): string[] =>
    manifest.files.filter((file) => file.split === split).map(({ path }) => path);
  return form.glue({
    model: manifest.model,
    hasMargin: manifest.margin,
    splits: splitsOf(manifest),
    files: { train: pathsOf('train'), test: pathsOf('test') },
  });
}

async function writeTexts({ target }: ExportOptions, texts: Readonly<Record<string, string>>): Promise<void> {
  const encoder = new TextEncoder();
  for (const [path, text] of Object.entries(texts)) await createSame(target, path, encoder.encode(text));
}

function nothingLeft(counts: Counts): ConfigurationError {
  const why = (Object.entries(inOrder(counts)) as [LeftOut, number][]).map(
    ([reason, count]) => `\n  ${count} ${reason}: ${leftOut[reason]}`,
  );
  return new ConfigurationError(`of ${counts.rows} rows none is left to train on${why.join('')}`);
}
