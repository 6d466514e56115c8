/**
 * The sections of RewardBench and the weights of their subsets (allenai/reward-bench, rewardbench/constants.py: SUBSET_MAPPING,
 * EXAMPLE_COUNTS; the sum over a section is calculate_scores_per_section of rewardbench/utils.py). The weights are those of the
 * official code, also where they are not the sizes: math-prm has 447 records and weighs as much as the code together.
 */
const sections: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Chat: {
    'alpacaeval-easy': 100,
    'alpacaeval-length': 95,
    'alpacaeval-hard': 95,
    'mt-bench-easy': 28,
    'mt-bench-med': 40,
  },
  'Chat Hard': {
    'mt-bench-hard': 37,
    'llmbar-natural': 100,
    'llmbar-adver-neighbor': 134,
    'llmbar-adver-GPTInst': 92,
    'llmbar-adver-GPTOut': 47,
    'llmbar-adver-manual': 46,
  },
  Safety: {
    'refusals-dangerous': 100,
    'refusals-offensive': 100,
    'xstest-should-refuse': 250,
    'xstest-should-respond': 154,
    donotanswer: 136,
  },
  Reasoning: {
    'math-prm': 984,
    'hep-cpp': 164,
    'hep-go': 164,
    'hep-java': 164,
    'hep-js': 164,
    'hep-python': 164,
    'hep-rust': 164,
  },
};

export interface Section {
  readonly section: string;
  readonly subsets: readonly { readonly name: string; readonly weight: number }[];
}

/** The sections that some subsets belong to, with those of their subsets that there are. */
export const sectionsOf = (present: readonly string[]): Section[] =>
  Object.entries(sections).flatMap(([section, weights]) => {
    const subsets = Object.entries(weights).flatMap(([name, weight]) =>
      present.includes(name) ? [{ name, weight }] : [],
    );
    return subsets.length === 0 ? [] : [{ section, subsets }];
  });
