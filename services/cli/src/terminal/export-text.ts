/** What an export came to, for people. */
import { type ReviewManifest, rowsOfSplit, type SetManifest, unnamedModel } from '@proofmill/export';
import { formOf, type LeftOut, leftOut, reviewChoices, splits } from '@proofmill/export-rows';
import { table } from './table.ts';

export function exportText(manifest: SetManifest, to: string): string {
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
    nextLine(manifest, to),
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

function nextLine({ trainer, form, model }: SetManifest, to: string): string {
  const { command, startsIn } = formOf(trainer, form);
  const fetched = to.includes('://');
  const here = fetched ? `Fetch ${to}, and train in that folder` : `Train in ${to}`;
  const where = startsIn ? `Train in ${startsIn}, where SET is ${fetched ? `a copy of ${to}` : to}` : here;
  const which = model === unnamedModel ? ' Name the model to train in that file, or with --model here.' : '';
  return `\n${where}: ${command}.${which} README.md says the rest.`;
}

export const reviewText = ({ rows, by, tool }: ReviewManifest, to: string): string =>
  `${to}: ${rows} items to answer in ${tool} (${reviewChoices[by]})
README.md says how. Then: proofmill import-reviews FILE --for ${tool} --to gold.jsonl
`;
