import { mutantsOf } from '../mutant.ts';

const finishing = { file: 'libs/flow/coordinate/src/finish.test.ts' };

export const promotion = mutantsOf('promotion', [
  {
    name: 'promoted-unread',
    breaks: 'Rows that a disk has changed since their commit reach data/.',
    file: 'libs/flow/coordinate/src/finish.ts',
    from: 'if (!isFinished) await verifyCommitted(store, { ...from, path });',
    to: '',
    suite: finishing,
  },
  {
    name: 'card-replaced',
    breaks: 'A card that somebody has edited is replaced by a retry.',
    file: 'libs/flow/coordinate/src/finish.ts',
    from: 'if (existing && earlier && sha256(existing) === sha256(earlier))',
    to: 'if (existing && earlier)',
    suite: { file: 'test/integration/src/retry.test.ts', only: 'each retry is a generation' },
  },
  {
    name: 'success-first',
    breaks: '_SUCCESS is there before the totals that it names.',
    file: 'libs/flow/folder/src/output.ts',
    from: 'await createSame(store, outputPaths.manifest, manifest);\n  await createSame(store, outputPaths.success, objectBytes(success));',
    to: 'await createSame(store, outputPaths.success, objectBytes(success));\n  await createSame(store, outputPaths.manifest, manifest);',
    suite: { file: 'libs/flow/folder/src/output.test.ts' },
  },
  {
    name: 'success-without-label',
    breaks: 'A job that has labelled nothing ends well.',
    file: 'libs/core/stats/src/nothing-made.ts',
    from: 'if (labelled === 0) return',
    to: 'if (records === 0) return',
    suite: { file: 'libs/core/stats/src/nothing-made.test.ts' },
  },
  {
    name: 'cleaned-without-mark',
    breaks: 'A folder that is half cleaned looks damaged.',
    file: 'libs/flow/coordinate/src/clean.ts',
    from: '  await markCleaned(store);\n',
    to: '',
    suite: { file: 'libs/flow/coordinate/src/clean.test.ts' },
  },
  {
    name: 'cleaned-too-early',
    breaks: 'The journals of an output that is not complete are removed.',
    file: 'libs/flow/coordinate/src/clean.ts',
    from: 'if (!(await isComplete(store))) {',
    to: 'if (stages.length === 0) {',
    suite: { file: 'libs/flow/coordinate/src/clean.test.ts' },
  },
]);
