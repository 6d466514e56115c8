import { mutantsOf } from '../mutant.ts';

const sets = { file: 'libs/flow/export/src/export-set.test.ts' };
const rows = { file: 'libs/core/export/src/comparisons-of-row.test.ts' };

export const trainingSets = mutantsOf('training-sets', [
  {
    name: 'twelve-words',
    breaks: 'Prompts that share twelve words with a benchmark are left out, and the page says thirteen.',
    file: 'libs/core/export/src/benchmark-prompts.ts',
    from: 'const gramWords = 13;',
    to: 'const gramWords = 12;',
    suite: { file: 'libs/core/export/src/benchmark-prompts.test.ts' },
  },
  {
    name: 'first-label-wins',
    breaks: 'Of rows that contradict each other, the one that came first is trained on.',
    file: 'libs/core/export/src/agreement.ts',
    from: 'if (this.#chosen !== comparison.chosen) this.#isContradicted = true;',
    to: 'if (this.#chosen !== comparison.chosen) return;',
    suite: { file: 'libs/core/export/src/agreement.test.ts' },
  },
  {
    name: 'swapped-letters',
    breaks: 'A rationale is shown in the other order than the one that it speaks of.',
    file: 'libs/core/export/src/comparisons-of-row.ts',
    from: "argued: { kind: 'rationale', isChosenFirst, answer }",
    to: "argued: { kind: 'rationale', isChosenFirst: !isChosenFirst, answer }",
    suite: rows,
  },
  {
    name: 'imitations-trained-on',
    breaks: 'Rows whose texts imitate a frame are exported.',
    file: 'libs/core/export/src/comparisons-of-row.ts',
    from: "if (row.flags.some(isImitation)) return 'imitation';",
    to: '',
    suite: rows,
  },
  {
    name: 'prompt-in-both-splits',
    breaks: 'The pair decides the split, so that a prompt with two pairs is trained on and tested with.',
    file: 'libs/flow/export/src/candidates.ts',
    from: 'yield { promptKey: key.slice(0, digestCharacters), comparison };',
    to: 'yield { promptKey: key.slice(digestCharacters), comparison };',
    suite: sets,
  },
  {
    name: 'unclaimed',
    breaks:
      'A folder says nothing of the export that it is of until it is complete, so that a killed one is refused to its own command.',
    file: 'libs/flow/export/src/export-set.ts',
    from: '  await folder.claim(identity);\n',
    to: '',
    suite: sets,
  },
  {
    name: 'order-of-outputs',
    breaks: 'The bytes of a set depend on the order in which its outputs are named.',
    file: 'libs/flow/export/src/export-set.ts',
    from: 'options.outputs.toSorted((one, other) => (one.manifestSha256 < other.manifestSha256 ? -1 : 1))',
    to: '[...options.outputs]',
    suite: sets,
  },
]);
