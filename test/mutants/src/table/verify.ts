import { mutantsOf } from '../mutant.ts';

const forged = { file: 'test/simulation/src/forged.test.ts' };
const file = 'libs/flow/audit/src/check-row.ts';

export const verify = mutantsOf('verify', [
  {
    name: 'votes-not-recounted',
    breaks: 'A row whose votes say another winner passes.',
    file,
    from: 'if (decided.winner !== winner)',
    to: 'if (decided.winner === undefined)',
    suite: forged,
  },
  {
    name: 'confidence-not-recounted',
    breaks: 'A row with a made-up confidence passes.',
    file,
    from: 'return off < 1e-9 ? []',
    to: 'return off < 1 ? []',
    suite: forged,
  },
  {
    name: 'tie-is-kept',
    breaks: 'A row that is kept though it is a tie or imitates something passes.',
    file,
    from: 'return kept && (tie || flags.some(isImitation)) ?',
    to: 'return kept && tie && flags.some(isImitation) ?',
    suite: forged,
  },
  {
    name: 'texts-not-compared',
    breaks: 'A row with another response than the planned one passes.',
    file,
    from: 'differences(value, row[name as keyof Row], name)',
    to: 'differences(typeof value, typeof row[name as keyof Row], name)',
    suite: forged,
  },
  {
    name: 'missing-row-passes',
    breaks: 'A planned record without a row or a failure passes.',
    file: 'libs/flow/audit/src/check-stage.ts',
    from: 'if (counted !== entry.records || manifest.totals.records !== entry.records) {',
    to: 'if (counted < 0) {',
    suite: forged,
  },
  {
    name: 'damaged-file-passes',
    breaks: 'A committed file whose bytes have changed passes.',
    file: 'libs/flow/audit/src/check-file.ts',
    from: 'verifyCommitted(store, file, namedBy).then(() => true)',
    to: 'Promise.resolve(true)',
    suite: forged,
  },
  {
    name: 'totals-not-recounted',
    breaks: 'Totals that are not those of the rows pass.',
    file: 'libs/flow/audit/src/check-shard.ts',
    from: '  compareTotals(paths.manifest(entry.shard), manifest.totals, totals, found);\n',
    to: '',
    suite: forged,
  },
  {
    name: 'other-secret-passes',
    breaks: 'A secret that belongs to no key of the output passes.',
    file: 'libs/flow/audit/src/check-secret.ts',
    from: 'doneKey !== undefined && doneKey !== key',
    to: 'doneKey !== undefined && key === undefined',
    suite: { file: 'libs/flow/audit/src/check-secret.test.ts' },
  },
]);
