/** The tables of docs/benchmarks.md. */
import { quirks } from '@proofmill/contract';
import { describeBenchmarks } from '@proofmill/corpus';
import { code } from './fields.ts';
import { markdownTable } from './markdown-table.ts';

export const benchmarkTables: Readonly<Record<string, () => string>> = {
  benchmarks: () =>
    markdownTable(
      ['`benchmark`', 'columns of a record', 'comparisons', 'category', 'cluster', 'source'],
      describeBenchmarks().map(({ benchmark, columns, comparisons, category, prompt, source }) => [
        code(benchmark),
        columns.map(code).join(', '),
        comparisons,
        category,
        prompt,
        source,
      ]),
    ),

  quirks: () =>
    markdownTable(
      ['`--quirk`', 'arithmetic'],
      Object.entries(quirks).map(([name, meaning]) => [code(name), `${meaning}.`]),
    ),
};
