/** What a record of each benchmark holds besides its conversation and its responses, as data. */
import type { BenchmarkName } from '@proofmill/contract';

/** How the category of a record is found: in a column, or else in the name of its file. */
export interface CategoryRule {
  readonly at?: string;
  /** Beginnings of the value, and the categories that they mean. Without them the value is the category. */
  readonly prefixes?: Readonly<Record<string, string>>;
  /** The category of every other value. Without one such a record is refused. */
  readonly otherwise?: string;
  /** Categories that the path of a file may name, the longer of two that fit first. */
  readonly inPath?: readonly string[];
}

/** Which comparisons of a record are asked; each is an item. */
export type Comparisons =
  /** All its responses together: a pair, or the best of n. */
  | { readonly kind: 'all' }
  /** Each of the better responses with each of the worse ones, `count` of each. */
  | { readonly kind: 'better-by-worse'; readonly count: number }
  /** The pairs of indexes in a column; the better of each by `scores`. */
  | { readonly kind: 'listed'; readonly at: string; readonly scores: string };

export interface Layout {
  readonly source: string;
  /** Columns that every record has. */
  readonly columns: readonly string[];
  readonly category: CategoryRule;
  /** Columns that name the prompt within its category. Without any, its text does. */
  readonly prompt: readonly string[];
  readonly comparisons: Comparisons;
}

/** The layouts of each benchmark; a record is read by the first one whose columns it has. */
export const layouts: Readonly<Record<BenchmarkName, readonly Layout[]>> = {
  judgebench: [
    {
      source: 'ScalerLab/JudgeBench, data and utils/metrics.py',
      columns: ['pair_id', 'source', 'question', 'response_A', 'response_B', 'label'],
      category: {
        at: 'source',
        prefixes: {
          'mmlu-pro': 'knowledge',
          'livebench-reasoning': 'reasoning',
          'livebench-math': 'math',
          livecodebench: 'coding',
        },
        // Counted in the official overall figure, and in no category.
        otherwise: 'other',
      },
      // original_id is null but for MMLU-Pro; the text of the question is the same wherever a question recurs.
      prompt: [],
      comparisons: { kind: 'all' },
    },
  ],
  'rm-bench': [
    {
      source: 'THU-KEG/RM-Bench, README.md and scripts/utils.py',
      columns: ['id', 'prompt', 'chosen', 'rejected'],
      category: { at: 'domain', inPath: ['safety-refuse', 'safety-response', 'chat', 'code', 'math'] },
      prompt: ['id'],
      comparisons: { kind: 'better-by-worse', count: 3 },
    },
  ],
  rewardbench: [
    {
      source: 'allenai/reward-bench, rewardbench/constants.py',
      columns: ['prompt', 'chosen', 'rejected', 'subset'],
      category: { at: 'subset' },
      prompt: [],
      comparisons: { kind: 'all' },
    },
  ],
  'rewardbench-2': [
    {
      source: 'allenai/reward-bench-2, its card, and rewardbench/utils.py of allenai/reward-bench',
      columns: ['id', 'prompt', 'chosen', 'rejected', 'subset'],
      category: { at: 'subset' },
      prompt: ['id'],
      comparisons: { kind: 'all' },
    },
  ],
  ppe: [
    {
      source: 'lmarena-ai/PPE-*-Best-of-K, their columns',
      columns: ['question_id', 'prompt', 'response_1', 'scores', 'sampled_conflict_pairs'],
      category: { inPath: ['mmlu-pro', 'mbpp-plus', 'ifeval', 'gpqa', 'math'] },
      prompt: ['question_id'],
      comparisons: { kind: 'listed', at: 'sampled_conflict_pairs', scores: 'scores' },
    },
    {
      source: 'lmarena-ai/PPE-Human-Preference-V1, its card',
      columns: ['prompt', 'response_1', 'response_2', 'winner'],
      category: { otherwise: 'human-preference' },
      prompt: [],
      comparisons: { kind: 'all' },
    },
  ],
};
