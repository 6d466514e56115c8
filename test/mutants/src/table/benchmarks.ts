import { mutantsOf } from '../mutant.ts';

const folder = 'libs/core/stats/src/benchmarks';
const score = { file: `${folder}/score.test.ts` };
const table = { file: `${folder}/clustered-table.test.ts` };
const compare = { file: `${folder}/compare.test.ts` };
const reading = { file: 'libs/core/corpus/src/benchmark/recognise-benchmark.test.ts' };

export const benchmarks = mutantsOf('benchmarks', [
  {
    name: 'half-a-matrix',
    breaks: 'The comparisons of RM-Bench are those of one rejected response only.',
    file: 'libs/core/corpus/src/benchmark/recognise-benchmark.ts',
    from: 'pairNamed(i, count + j,',
    to: 'pairNamed(i, count,',
    suite: reading,
  },
  {
    name: 'worse-first',
    breaks: 'The sampled pairs of PPE stand as they are listed, whichever response is better.',
    file: 'libs/core/corpus/src/benchmark/recognise-benchmark.ts',
    from: 'scoreOfOne > scoreOfOther ? [one, other] : [other, one]',
    to: '[one, other]',
    suite: reading,
  },
  {
    name: 'limit-of-records',
    breaks: 'A limit cuts after whole records of a benchmark, and an extension begins elsewhere.',
    file: 'libs/flow/coordinate/src/planned-records.ts',
    from: 'if (taken > skip) yield record;',
    to: 'if (taken > skip || spec.benchmark !== undefined) yield record;',
    suite: { file: 'libs/flow/coordinate/src/survey.test.ts' },
  },
  {
    name: 'tie-is-a-loss',
    breaks: 'In JudgeBench a tie in one order counts against a win in the other.',
    file: `${folder}/credit.ts`,
    from: "(typeof verdict === 'number' ? (best?.includes(verdict) ? 1 : -1) : 0)",
    to: "(typeof verdict === 'number' && best?.includes(verdict) ? 1 : -1)",
    suite: score,
  },
  {
    name: 'tie-is-a-win',
    breaks: 'In RM-Bench a tie counts one half without being asked for.',
    file: `${folder}/credit.ts`,
    from: "&& on.has('rm-r1-ties')",
    to: '&& on.size >= 0',
    suite: score,
  },
  {
    name: 'domains-apart',
    breaks: 'The two safety files of RM-Bench are two domains.',
    file: `${folder}/metrics.ts`,
    from: "category.startsWith('safety') ? 'safety' : category",
    to: 'category',
    suite: score,
  },
  {
    name: 'even-sections',
    breaks: 'The subsets of a section of RewardBench weigh alike.',
    file: `${folder}/metrics.ts`,
    from: '({ weight: weight / whole, bins: inCategory(bins, name) })',
    to: '({ weight: weight > 0 ? 1 / subsets.length : whole, bins: inCategory(bins, name) })',
    suite: score,
  },
  {
    name: 'failed-comparisons',
    breaks: 'A comparison that failed is not counted.',
    file: `${folder}/score.ts`,
    from: "(scored === 'gold' || judged.category === noCategory)",
    to: "(scored === 'gold' || judged.category !== '')",
    suite: score,
  },
  {
    name: 'ties-alone',
    breaks: 'In Ties the hard margin takes no account of the question with one answer.',
    file: `${folder}/ties.ts`,
    from: 'Math.min(ref.lead, tied.lead)',
    to: 'tied.lead',
    suite: score,
  },
  {
    name: 'independent-comparisons',
    breaks: 'Intervals take comparisons of one prompt as independent.',
    file: `${folder}/clustered-table.ts`,
    from: 'squares += influence ** 2;',
    to: 'squares += influence ** 2 / (cells[1] ?? 1);',
    suite: table,
  },
  {
    name: 'one-resample',
    breaks: 'The bootstrap draws every cluster once, so its interval is a point.',
    file: `${folder}/clustered-table.ts`,
    from: 'kindOf[Math.floor(chance() * count)]',
    to: 'kindOf[Math.floor(each + 0 * chance())]',
    suite: table,
  },
  {
    name: 'other-texts',
    breaks: 'Outputs are compared on records of one id whose texts differ.',
    file: `${folder}/compare.ts`,
    from: 'entry !== null) && texts.size <= 1',
    to: 'entry !== null) && texts.size <= 2',
    suite: compare,
  },
  {
    name: 'one-sided',
    breaks: "McNemar's test is one-sided.",
    file: `${folder}/agreement.ts`,
    from: 'Math.min(1, 2 * tail)',
    to: 'Math.min(1, tail)',
    suite: compare,
  },
  {
    name: 'superseded-failures',
    breaks: 'A record that a retry has labelled is still counted as a failure.',
    file: 'libs/flow/folder/src/current-outcomes.ts',
    from: 'if (superseded.has(failure.id)) continue;',
    to: 'if (superseded.has(failure.message)) continue;',
    suite: { file: 'libs/flow/folder/src/current-outcomes.test.ts' },
  },
]);
