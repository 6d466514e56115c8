/** How the records of benchmarks are read, for the pages of the reference. */
import { type BenchmarkName, benchmarkNames } from '@proofmill/contract';
import { type CategoryRule, type Comparisons, type Layout, layouts } from './table.ts';

export interface DescribedLayout {
  readonly benchmark: BenchmarkName;
  readonly columns: readonly string[];
  readonly comparisons: string;
  readonly category: string;
  readonly prompt: string;
  readonly source: string;
}

export const describeBenchmarks = (): DescribedLayout[] =>
  benchmarkNames.flatMap((benchmark) => layouts[benchmark].map((layout) => ({ benchmark, ...described(layout) })));

const described = ({ columns, comparisons, category, prompt, source }: Layout): Omit<DescribedLayout, 'benchmark'> => ({
  columns,
  comparisons: comparisonsText(comparisons),
  category: categoryText(category),
  prompt: prompt.length === 0 ? 'the text of the prompt' : `the category and ${prompt.join(', ')}`,
  source,
});

function comparisonsText(comparisons: Comparisons): string {
  if (comparisons.kind === 'listed') return `the pairs in ${comparisons.at}, the better one by ${comparisons.scores}`;
  if (comparisons.kind === 'all') return 'all responses of the record together';
  return `${comparisons.count ** 2}: each of ${comparisons.count} chosen responses with each of ${comparisons.count} rejected ones`;
}

function categoryText({ at, prefixes, otherwise, inPath }: CategoryRule): string {
  const ways = [
    ...(at === undefined || prefixes ? [] : [at]),
    ...Object.entries(prefixes ?? {}).map(([prefix, category]) => `${category} (${at} begins with ${prefix})`),
    ...(inPath ? [`what the path of the file names: ${inPath.join(', ')}`] : []),
    ...(otherwise === undefined ? [] : [at === undefined ? otherwise : `else ${otherwise}`]),
  ];
  return ways.join('; ');
}
