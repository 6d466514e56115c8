import { mutantsOf } from '../mutant.ts';

const records = { file: 'libs/io/formats/src/records.test.ts' };
const damage = { ...records, only: 'damage' };
const lines = { file: 'libs/io/formats/src/json/lines.test.ts' };
const layouts = { file: 'libs/io/formats/src/json/layouts.test.ts' };
const kinds = { file: 'libs/io/formats/src/file-kind.test.ts' };
const csv = { file: 'libs/io/formats/src/csv/read-csv.test.ts' };
const parquet = { file: 'libs/io/formats/src/parquet/read-parquet.test.ts' };
const arrow = { file: 'libs/io/formats/src/arrow/read-arrow.test.ts' };
const web = { file: 'libs/io/web/src/https/inputs.test.ts' };
const hub = { file: 'libs/io/web/src/hub/inputs.test.ts' };

export const formats = mutantsOf('formats', [
  {
    name: 'number-without-its-text',
    breaks: 'How a number is written in JSON is forgotten, so an id of 1.0 becomes 1.',
    file: 'libs/io/formats/src/json/written.ts',
    from: 'if (String(Number(number)) !== number) return true;',
    to: 'if (Number.isNaN(Number(number))) return true;',
    suite: { file: 'libs/io/formats/src/json/written.test.ts' },
  },
  {
    name: 'decimal-multiplied',
    breaks: 'Decimals of Parquet are multiplied as numbers, and lose digits.',
    file: 'libs/io/formats/src/parquet/parsers.ts',
    from: 'if (!isDecimal) return',
    to: 'if (isDecimal || !isDecimal) return',
    suite: parquet,
  },
  {
    name: 'unpacked-file-with-a-name',
    breaks: 'What was unpacked stays on the disk when the process is killed.',
    file: 'libs/io/formats/src/unpacked.ts',
    from: '  await unlink(path);\n',
    to: '',
    suite: { file: 'libs/io/formats/src/unpacked.test.ts' },
  },
  {
    name: 'silent-about-names',
    breaks: 'A file that is read as something else than its name says is not told of.',
    file: 'libs/io/formats/src/name-says.ts',
    from: 'says.format !== is.format)',
    to: 'is.format === undefined)',
    suite: { file: 'libs/io/formats/src/name-says.test.ts' },
  },
  {
    name: 'damage-drops-content',
    breaks: 'What the decoder held when it met damage is lost, with whole members.',
    file: 'libs/io/formats/src/decompress.ts',
    from: '    yield* upToDamage(open, kind, progress);\n',
    to: '',
    suite: damage,
  },
  {
    name: 'marks-inside',
    breaks: 'A byte order mark where files were joined makes a record unreadable.',
    file: 'libs/io/formats/src/blank.ts',
    from: '\\s]+/',
    to: ' ]+/',
    suite: lines,
  },
  {
    name: 'infinity-is-a-number',
    breaks: 'A number that is infinite counts as one.',
    file: 'libs/io/formats/src/faultless.ts',
    from: 'if (!Number.isFinite(value)) return notFinite();',
    to: '',
    suite: lines,
  },
  {
    name: 'half-character-is-text',
    breaks: 'Half of a surrogate pair passes as text.',
    file: 'libs/io/formats/src/faultless.ts',
    from: 'return mayHaveHalves && !value.isWellFormed() ? halfCharacter() : value;',
    to: 'return value;',
    suite: lines,
  },
  {
    name: 'broken-value-swallows',
    breaks: 'A value that lacks a bracket takes the records after it along.',
    file: 'libs/io/formats/src/json/values.ts',
    from: 'sign !== bracket ||',
    to: 'sign !== undefined ||',
    suite: layouts,
  },
  {
    name: 'first-list-wins',
    breaks: 'Of several lists of records in an object the first is taken.',
    file: 'libs/io/formats/src/json/one-object.ts',
    from: 'if (only !== undefined && others.length > 0) {',
    to: 'if (others.length > 99) {',
    suite: layouts,
  },
  {
    name: 'archive-is-text',
    breaks: 'A tar archive is read as text.',
    file: 'libs/io/formats/src/file-kind.ts',
    from: 'const tarMagicAt = 257;',
    to: 'const tarMagicAt = 256;',
    suite: kinds,
  },
  {
    name: 'empty-cell-is-text',
    breaks: 'A cell of a table that is not given counts as an empty text.',
    file: 'libs/io/formats/src/csv/read-csv.ts',
    from: "cell === '' && !quoting ? null : cell",
    to: 'cell',
    suite: csv,
  },
  {
    name: 'row-over-pages-torn',
    breaks: 'A nested row that continues on the next page of Parquet is given without the rest of it.',
    file: 'libs/io/formats/src/parquet/column-pages.ts',
    from: 'this.#isLastOpen = !this.#isFlat;',
    to: 'this.#isLastOpen = false;',
    suite: parquet,
    survives:
      'The format allows such pages, and neither hyparquet-writer nor the pyarrow and DuckDB of today write any.',
  },
  {
    name: 'rows-after-damage-renumbered',
    breaks: 'The rows after a damaged row group of Parquet have the numbers of those that are lost.',
    file: 'libs/io/formats/src/parquet/read-parquet.ts',
    from: 'firstRow += rows;',
    to: 'firstRow = row;',
    suite: parquet,
  },
  {
    name: 'arrow-file-without-end',
    breaks: 'An Arrow file that is cut after its last whole batch passes as whole.',
    file: 'libs/io/formats/src/arrow/read-arrow.ts',
    from: 'return !this.#end.equals(fileMagic);',
    to: 'return false;',
    suite: arrow,
  },
  {
    name: 'signature-recorded',
    breaks: 'The signature of an address is written into the plan and into every row.',
    file: 'libs/io/web/src/https/inputs.ts',
    from: 'return isSigned ?',
    to: 'return !isSigned ?',
    suite: web,
  },
  {
    name: 'redirected-anywhere',
    breaks: 'A redirection leads to the address that gives out the credentials of the machine.',
    file: 'libs/io/web/src/https/inputs.ts',
    from: '    refuseUnprotected(at, uri);\n',
    to: '',
    suite: web,
  },
  {
    name: 'plan-follows-branch',
    breaks: 'A plan that is resumed follows the branch of its data set.',
    file: 'libs/io/web/src/hub/inputs.ts',
    from: 'return commits.size === 1 ?',
    to: 'return commits.size > 9 ?',
    suite: hub,
  },
]);
