import { mutantsOf } from '../mutant.ts';

export const seals = mutantsOf('seals', [
  {
    name: 'seal-not-compared',
    breaks: 'A JSON object whose bytes have changed is read.',
    file: 'libs/core/contract/src/seal.ts',
    from: "digest === '' || sha256(sealed) !== digest",
    to: "digest === ''",
    suite: { file: 'libs/core/contract/src/seal.test.ts' },
  },
  {
    name: 'pack-not-compared',
    breaks: 'A chunk whose bytes have changed is sent to workers, and joined at the commit.',
    file: 'libs/flow/folder/src/packs.ts',
    from: 'if (sha256(frame) === planned.sha256) return frame;',
    to: 'if (frame.length === bytes) return frame;',
    suite: { file: 'libs/flow/folder/src/packs.test.ts' },
  },
  {
    name: 'rows-not-compared',
    breaks: 'The next stage is planned from rows that have changed since their commit.',
    file: 'libs/flow/folder/src/committed-files.ts',
    from: "  refuseDamaged(store, file, { bytes, sha256: hash.hex() }, 'manifest');\n",
    to: '',
    suite: { file: 'libs/flow/folder/src/committed-files.test.ts' },
  },
  {
    name: 'cut-line-is-read',
    breaks: 'The rest of a row that was cut is read as a row.',
    file: 'libs/flow/folder/src/json-lines.ts',
    from: "if (rest !== '') throw errorOf('does not end with a line feed');",
    to: "if (rest !== '') yield rest;",
    suite: { file: 'libs/flow/folder/src/files.test.ts' },
  },
  {
    name: 'object-of-other-shard',
    breaks: 'The plan entry of another shard, sound in itself, is read in the place of this one.',
    file: 'libs/flow/folder/src/stage-folder.ts',
    from: 'if (shard !== undefined && stored.shard !== shard) {',
    to: 'if (shard !== undefined && stored.shard === undefined) {',
    suite: { file: 'libs/flow/folder/src/plan.test.ts' },
  },
  {
    name: 'totals-not-compared',
    breaks: '_MANIFEST.json may be another one than _SUCCESS names.',
    file: 'libs/flow/folder/src/output.ts',
    from: 'success.manifestSha256 !== sha256(bytes)',
    to: "success.manifestSha256 === ''",
    suite: { file: 'libs/flow/folder/src/output.test.ts' },
  },
]);
