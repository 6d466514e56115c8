/** What an export came to, for people. */
import { type ReviewManifest, rowsOfSplit, type SetManifest } from '@proofmill/export';
import { type LeftOut, leftOut, reviewChoices, splits } from '@proofmill/export-rows';
import { unnamedModel } from '../exporting.ts';
import { table } from './table.ts';

export function exportText(manifest: SetManifest, to: string, command: string): string {
  const { trainer, form, texts, answers, files } = manifest;
  const written = splits
    .flatMap((split) => {
      const count = files.filter((file) => file.split === split).length;
      return count === 0 ? [] : [`${rowsOfSplit(manifest, split)} rows for ${split} in ${filesText(count)}`];
    })
    .join(', ');
  const parts = [
    `${to}: ${manifest.rows} rows read, ${written} (${form} for ${trainer})`,
    ...(form === 'reasoning' && texts.proof + texts.rationale > 0
      ? [
          `${texts.proof} answers from proofs, ${texts.rationale} from rationales; ${answers.A} end with A, ${answers.B} with B`,
        ]
      : []),
    ...leftOutLines(manifest),
    ...benchmarkLines(manifest),
    nextLine(manifest, to, command),
  ];
  return `${parts.join('\n')}\n`;
}

const filesText = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

function leftOutLines({ leftOut: left }: SetManifest): string[] {
  const found = Object.entries(left) as [LeftOut, number][];
  if (found.length === 0) return [];
  return ['', 'Left out:', table(found.map(([reason, count]) => [count, reason, leftOut[reason]]))];
}

function benchmarkLines({ benchmarks }: SetManifest): string[] {
  const found = Object.entries(benchmarks);
  if (found.length === 0) return [];
  const header = ['whole prompt', '13 words', 'in'];
  return ['', table([header, ...found.map(([name, { prompts, words }]) => [prompts, words, name])])];
}

function nextLine({ model }: SetManifest, to: string, command: string): string {
  const where = to.includes('://') ? `Fetch ${to}, and train in that folder` : `Train in ${to}`;
  const which = model === unnamedModel ? ' Name the model to train in that file, or with --model here.' : '';
  return `\n${where}: ${command}.${which} README.md says the rest.`;
}

export const reviewText = ({ rows, by, tool }: ReviewManifest, to: string): string =>
  `${to}: ${rows} items to answer in ${tool} (${reviewChoices[by]})
README.md says how. Then: proofmill import-reviews FILE --for ${tool} --to gold.jsonl
`;
