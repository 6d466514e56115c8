/** How fast large files are read, beside what others take to read the same values of the same file. */
import { execFile } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readersPython } from '@proofmill/test-readers';

const run = promisify(execFile);
const python = join(import.meta.dirname, 'python');
const ours = fileURLToPath(new URL('read-file.ts', import.meta.url));
/** The size of the record that is a file of its own. Planning decides it as `too-large`, and holds no more of it than of others. */
const longRecordMegabytes = 60;

const kinds = [
  { kind: 'parquet', name: 'Parquet (zstd)', file: 'corpus.parquet', others: ['pyarrow', 'DuckDB'] },
  { kind: 'lines', name: 'JSON lines in zstd', file: 'corpus.jsonl.zst', others: ['DuckDB'] },
  { kind: 'long', name: 'one record in JSON lines', file: 'long.jsonl', others: ['DuckDB'] },
] as const;

interface Reading {
  readonly by: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

export interface MeasuredFile {
  readonly name: string;
  readonly bytes: number;
  readonly records: number;
  /** All texts of the file, uncompressed. */
  readonly characters: number;
  readonly readings: readonly Reading[];
}

export interface FilesOptions {
  readonly folder: string;
  /** Size of the files, compressed. */
  readonly megabytes: number;
  report(sentence: string): void;
}

export async function measureFiles({ folder, megabytes, report }: FilesOptions): Promise<MeasuredFile[]> {
  const interpreter = await readersPython('newest', report);
  const measured: MeasuredFile[] = [];
  for (const { kind, name, file, others } of kinds) {
    const path = join(folder, file);
    const size = kind === 'long' ? longRecordMegabytes : megabytes;
    report(`writing ${name}, ${size} MB`);
    const written = await figuresOf<Written>(interpreter, [join(python, 'write_file.py'), kind, String(size), path]);
    const readings: Reading[] = [];
    const read = async (by: string, program: string, words: readonly string[]): Promise<void> => {
      const { records, characters, tooLarge = 0, ...figures } = await figuresOf<Found>(program, words);
      const isWhole = characters === written.characters || (kind === 'long' && tooLarge === 1);
      if (records !== written.records || !isWhole) {
        throw new Error(`${by} found ${records} records of ${characters} characters in ${JSON.stringify(written)}`);
      }
      report(`${name}: ${by} ${figures.seconds.toFixed(1)} s`);
      readings.push({ ...figures, by: tooLarge > 0 ? `${by}: decided as too large` : by });
    };
    await read('Proofmill, values', process.execPath, [ours, 'values', path]);
    await read('Proofmill, items', process.execPath, [ours, 'items', path]);
    for (const other of others) await read(other, interpreter, [join(python, 'read_file.py'), other, kind, path]);
    measured.push({ name, bytes: (await stat(path)).size, ...written, readings });
    await rm(path);
  }
  return measured;
}

interface Written {
  readonly records: number;
  readonly characters: number;
}

/** What a reader prints. */
interface Found extends Written, Reading {
  /** Records that are larger than a record may be. */
  readonly tooLarge?: number;
}

/** What a program prints in its last line. */
async function figuresOf<Figures>(program: string, words: readonly string[]): Promise<Figures> {
  const { stdout } = await run(program, words);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
}
