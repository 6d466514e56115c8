import { parseArgs } from 'node:util';

export interface Options {
  /** Measure one large run with a restart in it, instead of what Proofmill costs. */
  readonly soak: boolean;
  /** Of the soak. */
  readonly shards: number;
  readonly executor: 'local' | 'nats';
  /** Records of the soak are a few words long. */
  readonly tiny: boolean;
  /** Measure how full engines are kept, instead of what Proofmill costs. */
  readonly capacity: boolean;
  /** Measure how fast large files are read, instead of what Proofmill costs. */
  readonly files: boolean;
  /** Measure what exports hold in memory, instead of what Proofmill costs. */
  readonly exports: boolean;
  /** Of the files: their size. */
  readonly megabytes: number;
  /** Only the cases of capacity whose name has this text. */
  readonly cases: string;
  /** Records of a main run, or rows of an output; memory is also measured with a tenth of them. */
  readonly records: number;
  readonly rounds: number;
  /** Where corpus and output lie. Default: the folder for temporary files. */
  readonly folder: string | null;
  /** Print the result as JSON instead of the table. */
  readonly json: boolean;
  /** Write the table into docs/performance.md too. */
  readonly write: boolean;
  /** Folder for CPU profiles of the roles. Profiling costs time: no figure of such a run counts. */
  readonly profile: string | null;
  /** The words after `npm run bench`, for the reader of the table. */
  readonly words: readonly string[];
}

export const usage = `npm run bench -- [options]
  --records N       records of a main run (100000)
  --rounds R        main runs, each beside a bare loop; the table gives medians (3)
  --capacity        how full engines are kept, instead of what Proofmill costs (3000 records, one round)
  --soak            one large run, killed and started again at two thirds: rate, memory, restart time (100000 records)
  --shards S        with --soak: shards of the run (records / 1250)
  --executor E      with --soak: nats or local (nats)
  --tiny            with --soak: records of a few words
  --files           how fast large files are read, beside pyarrow and DuckDB (from PyPI), instead of what Proofmill costs
  --exports         what exports hold in memory, instead of what Proofmill costs (1000000 rows and 100000; some GB on disk)
  --megabytes M     with --files: their size (2000)
  --case TEXT       with --capacity: only the cases whose name has this text
  --quick           2000 records, one round: checks that the bench runs at all
  --folder DIR      where corpus and output lie, on the disk to measure (the folder for temporary files)
  --json            JSON on stdout
  --write           put the table into docs/performance.md
  --profile DIR     write CPU profiles of the roles; they slow them down`;

/** Slots of the worker, and requests in flight of the bare loop. */
export const inFlight = 128;
/** Shards have the same size at every number of records, so that growth with the number of shards shows. */
export const shardRecords = 1250;

/** Records of a measurement, and with `--quick`. */
const costRecords = ['100000', '2000'] as const;
const capacityRecords = ['3000', '600'] as const;
const exportedRows = ['1000000', '20000'] as const;

export function readOptions(words: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      records: { type: 'string' },
      rounds: { type: 'string' },
      capacity: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      files: { type: 'boolean', default: false },
      exports: { type: 'boolean', default: false },
      megabytes: { type: 'string' },
      shards: { type: 'string' },
      executor: { type: 'string', default: 'nats' },
      tiny: { type: 'boolean', default: false },
      case: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.case !== '' && values.write)
    throw new RangeError('--write takes the table of all cases: leave --case out');
  const [usual, quick] = values.exports ? exportedRows : values.capacity ? capacityRecords : costRecords;
  const { executor } = values;
  if (executor !== 'nats' && executor !== 'local') throw new RangeError('--executor is nats or local');
  const records = wholeNumber('records', values.records ?? (values.quick ? quick : usual));
  return {
    soak: values.soak,
    shards: wholeNumber('shards', values.shards ?? String(Math.ceil(records / shardRecords))),
    executor,
    tiny: values.tiny,
    capacity: values.capacity,
    files: values.files,
    exports: values.exports,
    megabytes: wholeNumber('megabytes', values.megabytes ?? (values.quick ? '20' : '2000')),
    cases: values.case,
    records,
    rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '1' : '3')),
    folder: values.folder ?? null,
    json: values.json,
    write: values.write,
    profile: values.profile ?? null,
    words: words.filter((word) => word !== '--write' && word !== '--json'),
  };
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`--${name} must be a whole number above 0`);
  return number;
}
