/** README.md of a training set: what it is, what it was made of, and how to train on it. */
import type { Column } from '@proofmill/contract';
import { type LeftOut, leftOut, type Split, splits, type TrainerForm, trainingForms } from '@proofmill/export-rows';
import { codeOf, datasetInfo, markdownTable, stageEntry } from '@proofmill/stats';
import { unnamedModel } from './export-options.ts';
import type { SourceOfRows } from './source.ts';
import type { SetManifest } from './training-set.ts';

interface Described {
  readonly manifest: SetManifest;
  readonly form: TrainerForm;
  readonly columns: readonly Column[];
  readonly sources: readonly SourceOfRows[];
}

export const rowsOfSplit = ({ files }: SetManifest, split: Split): number =>
  files.reduce((sum, file) => (file.split === split ? sum + file.rows : sum), 0);

export const splitsOf = (manifest: SetManifest): Split[] => splits.filter((split) => rowsOfSplit(manifest, split) > 0);

export function setCard({ manifest, form, columns, sources }: Described): string {
  const { trainer } = manifest;
  const dataFiles = splitsOf(manifest).flatMap((split) => [
    `  - split: ${split}`,
    `    path: ${form.folder(split)}/${split}-*`,
  ]);
  return `---
configs:
- config_name: default
  data_files:
${dataFiles.join('\n')}
${datasetInfo(columns)}
---

# A ${manifest.form} set for ${trainer}

Made by Proofmill: ${trainingForms[manifest.form]}. ${whoseLabels(sources)}

## Train

${form.startsIn ? `In ${form.startsIn}, where SET is the path of this folder` : 'In this folder'}:

\`\`\`sh
${form.command}
\`\`\`

${
  manifest.model === unnamedModel
    ? `Put the name or the path of the model to train in the place of ${unnamedModel} in that file;`
    : `The model is ${codeOf(manifest.model)};`
} whatever else a training needs is in the same file, with values to begin with.

## What is in it

${counts(manifest)}
${choices(manifest)}

## What it was made of

${sources.map(sourceEntry).join('\n\n')}

Proofmill records no licence. Those of the input files, and the terms of the models, say what may be done with this set.

Rows that are not in it, by reason:

${reasons(manifest)}
${benchmarks(manifest)}
Splits are by prompt: the digest of its words decides, so that a prompt is in one split alone and stays in it when more rows are exported.
\`_MANIFEST.json\` lists the files with rows and sha256, and \`_SUCCESS\` is written last: a folder without it is not a whole set.
`;
}

function whoseLabels(sources: readonly SourceOfRows[]): string {
  const judged = sources.filter(({ stages }) => stages.some(({ definition }) => definition.kind === 'label')).length;
  if (judged === 0) return 'The labels are those of the input files.';
  if (judged === sources.length) return 'The labels come from a model, not from people.';
  return 'The labels come from a model where an output below has a judge (`label`); else they are those of its input files.';
}

/** An output: its job, its files, its records, and how each stage asked. */
function sourceEntry({ manifest, stages, uris }: SourceOfRows): string {
  const { job, runs, totals } = manifest;
  const from = uris.length === 0 ? '' : ` from ${uris.map(codeOf).join(', ')}`;
  const failed = totals.failed === 0 ? '' : `, ${totals.failed} of them without a label`;
  const totalsOf = (name: string) => runs.find(({ stage }) => stage === name)?.totals;
  const entries = stages.map((stage) => stageEntry(stage, totalsOf(stage.definition.name), null));
  return [
    `The output of the job ${codeOf(job)}: ${totals.records} records${from}${failed}.`,
    ...(entries.length === 0 ? [] : ['', ...entries]),
  ].join('\n');
}

function counts(manifest: SetManifest): string {
  const { texts, answers, form } = manifest;
  const rows: [string, number][] = [
    ['rows read', manifest.rows],
    ...splits.map((split): [string, number] => [`rows for ${split}`, rowsOfSplit(manifest, split)]),
    ...(form === 'reasoning'
      ? ([
          ['answers from proofs', texts.proof],
          ["answers from the judge's rationales", texts.rationale],
          ['answers that end with A', answers.A],
          ['answers that end with B', answers.B],
        ] as [string, number][])
      : []),
  ];
  return markdownTable(['', ''], rows, ['left', 'right']);
}

function choices({ keep, minConfidence, minProbability, margin, bothOrders, profile }: SetManifest): string {
  const lines = [
    keep === 'kept' ? 'rows that are kept' : 'all rows with a winner, kept or not',
    ...(minConfidence === null ? [] : [`confidence at least ${minConfidence}`]),
    ...(minProbability === null ? [] : [`probability at least ${minProbability}`]),
    ...(margin ? ['`margin` is 2 p - 1, with p the probability of the label, or its confidence'] : []),
    ...(profile ? [`asked with the profile ${codeOf(profile.name)} version ${profile.version}`] : []),
    ...(bothOrders ? ['both orders of a pair where each has a text of its own'] : []),
  ];
  return `\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function reasons({ leftOut: left }: SetManifest): string {
  const found = Object.entries(left) as [LeftOut, number][];
  if (found.length === 0) return 'none.';
  return found.map(([reason, count]) => `- ${reason}: ${count} (${leftOut[reason]})`).join('\n');
}

function benchmarks({ benchmarks: found }: SetManifest): string {
  const rows = Object.entries(found).map(([name, { prompts, words }]) => [codeOf(name), prompts, words]);
  if (rows.length === 0) return '';
  return `\nLeft out for a benchmark, by its file:\n\n${markdownTable(['file', 'the whole prompt', 'thirteen words in a row'], rows, ['left', 'right', 'right'])}\n`;
}
