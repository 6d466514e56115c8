/** Benchmarks: data sets with official comparisons and an official metric. */
import type { Item } from './terms.ts';

export const benchmarks = {
  judgebench: 'JudgeBench (ScalerLab/JudgeBench): a pair for each record',
  'rm-bench':
    'RM-Bench (THU-KEG/RM-Bench): nine pairs for each record, each of the three chosen responses with each of the three rejected ones',
  rewardbench: 'RewardBench (allenai/reward-bench): a pair for each record',
  'rewardbench-2':
    'RewardBench 2 (allenai/reward-bench-2): all responses of a record together, best of four, and the subset Ties',
  ppe: 'PPE (lmarena-ai/PPE-*): a pair for each record of human preference, the sampled pairs of each record of best of K',
} as const;

export type BenchmarkName = keyof typeof benchmarks;

export const benchmarkNames = Object.keys(benchmarks) as [BenchmarkName, ...BenchmarkName[]];

/** Benchmarks whose records are read with the better response first. */
export const betterFirst: ReadonlySet<BenchmarkName> = new Set(['rm-bench', 'rewardbench', 'rewardbench-2', 'ppe']);

/** What `carried` of an item of a benchmark says, by its names there. */
export const benchmarkColumns = {
  category: 'benchmark.category',
  /** Comparisons of one prompt go together: intervals are clustered by it. */
  prompt: 'benchmark.prompt',
  /** Which comparison of its record it is: `i-j`, where a record has several. */
  comparison: 'benchmark.comparison',
} as const;

/** The value of a column that an item carries; null without one. */
export const carriedValue = (carried: Item['carried'], column: string): string | null =>
  carried?.find(({ name }) => name === column)?.value ?? null;

/** Arithmetic of others that differs from the official one, by its name. None is on unless it is asked for. */
export const quirks = {
  'rm-r1-files':
    'RM-Bench as the aggregator of RM-R1 computes it (eval/RM-Bench/scripts/process_final_result.py, lines 28 to 35): it reads the second file in place of the third, so hard is the mean of cells 0-2, 0-2 and 1-0, easy that of 1-0, 2-1 and 2-1',
  'rm-r1-ties':
    'RM-Bench as RM-R1 scores its verdicts (eval/RM-Bench/scripts/run_generative.py): a tie counts one half',
  'gram-v1-overall':
    'JudgeBench as the script of GRAM v1 computes it (get_judgebench_score.py): overall averages the verdicts and, as if they were verdicts, the means of the categories',
} as const;

export type Quirk = keyof typeof quirks;
