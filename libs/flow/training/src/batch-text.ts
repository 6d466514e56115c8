/** What a batch came to, for people. */
import type { BatchFile } from '@proofmill/contract';
import type { BenchmarkCosts } from '@proofmill/export-rows';

export const batchText = ({ counts, benchmarks }: BatchFile): string =>
  `batch: ${counts.items} pairs, ${counts.heldOut + counts.gold} more held out; left out: ${[
    `${counts.otherParts} of other rounds`,
    ...measuredTexts(counts, benchmarks),
    `${counts.started} with a prompt of the seed data`,
    ...(counts.unreadable > 0 ? [`${counts.unreadable} unreadable`] : []),
    ...(counts.goldUnusable > 0 ? [`${counts.goldUnusable} of batch.gold without a gold label for one response`] : []),
  ].join(', ')}`;

/** What was left out for the sake of what judges are measured on, and for which part of that. */
export const measuredTexts = (
  { evaluated, sharedWords }: { readonly evaluated: number; readonly sharedWords: number },
  benchmarks: BenchmarkCosts,
): string[] => [
  `${evaluated} with a prompt that judges are measured on${placesText(benchmarks, 'prompts')}`,
  `${sharedWords} that share thirteen words with one${placesText(benchmarks, 'words')}`,
];

function placesText(benchmarks: BenchmarkCosts, by: 'prompts' | 'words'): string {
  const found = Object.entries(benchmarks).filter(([, costs]) => costs[by] > 0);
  return found.length === 0 ? '' : ` (${found.map(([name, costs]) => `${name}: ${costs[by]}`).join(', ')})`;
}

/** Why nothing is left of the corpus that a batch was cut from, and what helps. `corpus`: its field in the loop file. */
export function nothingLeftText(batch: BatchFile, corpus: string): string {
  const { counts, benchmarks } = batch;
  const why = [
    `${counts.unreadable} are unreadable`,
    `${counts.otherParts} belong to other rounds`,
    ...measuredTexts(counts, benchmarks),
    `${counts.heldOut} are held out`,
    `${counts.started} with a prompt of the seed data`,
  ].filter((text) => !text.startsWith('0 '));
  const remedy =
    counts.sharedWords > 0
      ? ' Prompts that share an instruction, share its words: give the instruction as the system message (corpus.fields.system), which is not compared.'
      : '';
  return `no pair of ${corpus} is left to label: of ${counts.read} records ${why.length === 0 ? 'none can be used' : why.join(', ')}.${remedy} Name more files in ${corpus}, in a new loop`;
}
