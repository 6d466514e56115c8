import { mutantsOf } from '../mutant.ts';

const batches = { file: 'libs/flow/training/src/cut-batch.test.ts' };
const prompts = { file: 'libs/flow/training/src/measured-prompts.test.ts' };
const weights = { file: 'libs/flow/training/src/weights/weights.test.ts' };
const gate = { file: 'libs/core/rounds/src/gate.test.ts' };

export const trainingLoops = mutantsOf('training-loops', [
  {
    name: 'evaluation-trained-on',
    breaks: 'Prompts of an evaluation are in batches.',
    file: 'libs/flow/training/src/cut-batch.ts',
    from: 'else if (leavesFor(measured, item, counts, hits)) continue;',
    to: '',
    suite: batches,
  },
  {
    name: 'gold-trained-on',
    breaks: 'Prompts of the held-out gold are in batches.',
    file: 'libs/flow/training/src/measured-prompts.ts',
    from: "if (batch?.gold) await add('batch.gold', batch.gold.corpus, isHeldOutGold);",
    to: '',
    suite: prompts,
  },
  {
    name: 'benchmarks-dropped',
    breaks: 'The benchmarks that `without` names are not read.',
    file: 'libs/flow/training/src/measured-prompts.ts',
    from: 'for await (const { file, prompt } of ports.promptsIn(without)) prompts.add(file, prompt);',
    to: 'ports.promptsIn(without);',
    suite: prompts,
  },
  {
    name: 'held-out-labelled-for-training',
    breaks: 'Pairs that are held out stay in the batch, so that the next judge is measured on what it was trained on.',
    file: 'libs/flow/training/src/cut-batch.ts',
    from: 'if (!held) yield batchRecord(',
    to: 'yield batchRecord(',
    suite: batches,
  },
  {
    name: 'reasons-of-evaluations',
    breaks: 'Reasons of people about the prompts of an evaluation are trained on.',
    file: 'libs/flow/training/src/rationale-set.ts',
    from: 'if (item && leavesFor(measured, item, counts, hits)) continue;',
    to: '',
    suite: { file: 'libs/flow/training/src/rationale-set.test.ts' },
  },
  {
    name: 'unloadable-reasons',
    breaks: 'A set of reasons has no file that loads it.',
    file: 'libs/flow/training/src/rationale-set.ts',
    from: 'Object.entries(form.glue(described))',
    to: 'Object.entries({ [described.model]: described.model })',
    suite: { file: 'libs/flow/training/src/rationale-set.test.ts' },
  },
  {
    name: 'one-part',
    breaks: 'Rounds label the same prompts.',
    file: 'libs/core/rounds/src/batch.ts',
    from: 'number % parts;',
    to: 'parts - parts;',
    suite: { file: 'libs/core/rounds/src/batch.test.ts' },
  },
  {
    name: 'gate-by-the-difference',
    breaks: 'A judge that is below its parent by chance alone is refused.',
    file: 'libs/core/rounds/src/gate.ts',
    from: 'const passed = p >= alpha;',
    to: 'const passed = value >= 0;',
    suite: gate,
  },
  {
    name: 'one-rule-is-enough',
    breaks: 'A gate of two rules passes where one of them does.',
    file: 'libs/core/rounds/src/gate.ts',
    from: 'passed: reached && (compared?.passed ?? true),',
    to: 'passed: reached || (compared?.passed ?? true),',
    suite: gate,
  },
  {
    name: 'weights-lead-out',
    breaks: 'An object with .. in its name is fetched, to a place outside of the folder of the weights.',
    file: 'libs/flow/training/src/weights/weights-files.ts',
    from: "if (steps.some((step) => step === '' || step === '.' || step === '..'))",
    to: "if (steps.some((step) => step === '' || step === '.'))",
    suite: weights,
  },
  {
    name: 'weights-of-any-content',
    breaks: 'A file of weights that is not what was put there is taken for whole.',
    file: 'libs/flow/training/src/weights/checked-content.ts',
    from: 'known.sha256 !== null && found.sha256 !== known.sha256',
    to: 'known.sha256 === found.sha256 && known.sha256 === null',
    suite: weights,
  },
  {
    name: 'weights-of-two-versions',
    breaks: 'A fetch that is taken up mixes the weights that were in the store with those that are there now.',
    file: 'libs/flow/training/src/weights/fetch-weights.ts',
    from: 'if (kept && sha256(kept) === sha256(source)) return;',
    to: 'if (kept) return;',
    suite: weights,
  },
]);
