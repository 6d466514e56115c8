/** The dataset card: README.md of the output folder. It is a function of the totals, so everybody writes the same bytes. */
import {
  type FirstJudge,
  isCalibrated,
  type LabelDefinition,
  type OutputManifest,
  rowColumns,
  ruleGives,
  type StageFile,
  showsAll,
  type Totals,
} from '@proofmill/contract';
import { calibrationSection } from './calibration/calibration-section.ts';
import { datasetInfo } from './card-features.ts';
import { certificateSection } from './certificate/certificate-section.ts';
import { costText } from './cost.ts';
import { healthSection } from './health-section.ts';
import { plantedSection } from './planted/planted-section.ts';

function votesLine({ votes, profile }: Pick<LabelDefinition, 'votes' | 'profile'>): string {
  const { max, orders, stop } = votes;
  const rule = typeof stop === 'object' ? `a confidence of ${stop.confidence}` : stop;
  const until = stop === 'none' ? '' : `, stop: ${rule}`;
  if (ruleGives[profile.parse.rule] === 'rating')
    return `${max} ${max === 1 ? 'rating' : 'ratings'} of each response${until}`;
  const shown = showsAll(profile.parse) ? ' on all responses at once' : '';
  return `${max} ${max === 1 ? 'vote' : 'votes'}${shown}, orders ${orders}${until}`;
}

const firstJudgeLine = ({ engine, profile, votes, escalate, calibration }: FirstJudge): string =>
  `, asked where the first judge (model \`${engine.model}\`, profile \`${profile.name}\` version ${profile.version}, ${votesLine({ votes, profile })}) has less ${calibration ? 'calibrated probability' : 'confidence'} than ${escalate.below}${escalate.ordersDisagree ? ' or its orders disagree' : ''}`;

function firstJudgeCost(definition: StageFile['definition'], { health, firstTokens }: Totals): string {
  if (definition.kind !== 'label' || !definition.first) return '';
  const { prompt, completion } = firstTokens;
  return `, of which the first judge took ${prompt} and ${completion} for ${health.decidedBy['first-judge'] ?? 0} rows that it decided and for the others`;
}

/** The stage in the list of how the dataset was made. `totals` are those of its run, where it has one. */
export function stageEntry({ definition, run }: StageFile, totals: Totals | undefined, cost: number | null): string {
  const how =
    definition.kind === 'label'
      ? `${votesLine(definition)}${definition.first ? firstJudgeLine(definition.first) : ''}`
      : `${definition.candidates} candidates${definition.candidates > 1 ? ` (the best by ${definition.select})` : ''}, ${definition.attempts} attempts`;
  const { temperature, topP, seed } = definition.sampling;
  return [
    `- **${definition.name}** (${definition.kind}): model \`${definition.engine.model}\`${definition.engine.revision ? ` at \`${definition.engine.revision}\`` : ''},`,
    `  profile \`${definition.profile.name}\` version ${definition.profile.version}, ${how}; temperature ${temperature}, top-p ${topP},`,
    `  at most ${answerLength(definition)}, seed ${seed}; ${totals?.tokens.prompt ?? 0} prompt and ${totals?.tokens.completion ?? 0} completion tokens${totals ? firstJudgeCost(definition, totals) : ''}${cost === null ? '' : `, which cost ${costText(cost)} by the prices of the job`}; run \`${run}\``,
  ].join('\n');
}

const answerLength = ({ profile: { secondTurn }, sampling: { maxTokens } }: StageFile['definition']): string =>
  secondTurn
    ? `${maxTokens} tokens in the first turn of an answer and ${secondTurn.maxTokens ?? maxTokens} in the second`
    : `${maxTokens} tokens an answer`;

const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

const table = (rows: readonly (readonly [string, string | number])[]): string =>
  ['| | |', '| --- | ---: |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, count]) => `- ${name}: ${count}`)
    .join('\n');

/** What came later than the first run, a line for each generation. */
const generationLines = (generations: NonNullable<OutputManifest['generations']>): string[] =>
  generations.map(({ number, kind, asked, labelled }) =>
    kind === 'retry'
      ? `- generation ${number}: ${asked} records that had failed were asked about again, and ${labelled} of them got a label; \`judge.sampling\` of a row says how`
      : `- generation ${number}: ${asked} more records of the corpus, ${labelled} of them with a label`,
  );

/** `stages` are those of the first run, `costs` those of the stages in all runs, where they are known. */
export function datasetCard(
  output: OutputManifest,
  stages: readonly StageFile[],
  costs: readonly (number | null)[] = [],
): string {
  const { totals } = output;
  const entryOf = (stage: StageFile, index: number): string => {
    const run = output.runs.find((candidate) => candidate.stage === stage.definition.name);
    return stageEntry(stage, run?.totals, costs[index] ?? null);
  };
  return [
    `---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
${datasetInfo(rowColumns({ isCalibrated: stages.some(({ definition }) => definition.kind === 'label' && isCalibrated(definition)) }))}
---

# ${output.job}

Preference labels made by Proofmill: which of two responses is better, with the judge's votes and rationale, and a proof of the label
where a prove stage ran. ${stages.some(({ definition }) => definition.kind === 'label') ? 'The labels come from a model, not from people.' : "The labels are the corpus's own; what comes from a model is the proofs."}

## What is in it

${table([
  ['records', totals.records],
  ['rows (records with a label)', totals.labelled],
  ['kept', `${totals.kept} (${share(totals.kept, totals.labelled)})`],
  ['ties', totals.tied],
  ['with a proof', totals.proved],
  ['failed', totals.failed],
  ['valid votes', totals.votes],
])}
`,
    totals.failed > 0
      ? `Records without a label, by class (see \`failed/\`${output.generations ? ', where the newest generation that has an `id` counts' : ''}):\n\n${list(totals.failedByClass)}\n`
      : '',
    totals.labelled > totals.kept ? `Rows that are not kept, by reason:\n\n${list(totals.notKeptByReason)}\n` : '',
    output.certificate ? certificateSection(output.certificate, totals) : '',
    calibrationSection(output),
    healthSection(totals),
    output.planted ? plantedSection(output.planted) : '',
    `## How it was made

${[...stages.map(entryOf), ...generationLines(output.generations ?? [])].join('\n')}

## How to read it

\`\`\`python
from datasets import load_dataset
rows = load_dataset(".", split="train").filter(lambda row: row["kept"])  # "." is the folder of this card
\`\`\`

\`winner\` is the index of the better response in \`responses\` (null for a tie). \`votes\` are counted by \`order\`, the indexes of the
responses as they were shown; "Response A" in a rationale or proof is the first of its \`order\`. \`confidence\` is the probability that the winner
would win with unlimited votes of this judge: it is not accuracy. Train on rows with \`kept\`; \`keptReason\` says why the others are not.
\`_MANIFEST.json\` lists every file with its sha256; \`proofmill verify\` checks them.
`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}
