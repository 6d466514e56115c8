/** What a file is, by its content: names and endings say nothing that can be relied on. */

export type FileKind =
  | { readonly kind: 'gzip' | 'zstd' | 'parquet' | 'arrow' | 'text' }
  | {
      readonly kind: 'foreign';
      /** What it is, as the end of "the file is ..". */
      readonly name: string;
      /** How its user gets at the data. */
      readonly remedy: string;
    };

const bytesOf = (text: string): readonly number[] => Array.from(Buffer.from(text, 'latin1'));

const readable: readonly (readonly [magic: readonly number[], kind: 'gzip' | 'zstd' | 'parquet' | 'arrow'])[] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [bytesOf('PAR1'), 'parquet'],
  [bytesOf('ARROW1\0\0'), 'arrow'],
];

const unpack = (command: string) => `Unpack it (${command}) and name the files in it`;
const again = (command: string) => `Unpack it (${command}); gzip and zstd can be read as they are`;
const convert = 'Write its records as JSON lines, Parquet or CSV';

/** Files of other kinds: how they begin, what they are, and what to do. */
const foreign: readonly (readonly [magic: string, name: string, remedy: string])[] = [
  ['PARE', 'an encrypted Parquet file', 'Decrypt it: write it again without encryption'],
  ['FEA1', 'a Feather file of version 1', 'Write it as Feather version 2, which is Arrow, or as Parquet'],
  ['PK\x03\x04', 'a zip archive', unpack('unzip FILE')],
  ['PK\x05\x06', 'an empty zip archive', unpack('unzip FILE')],
  ["7z\xbc\xaf'\x1c", 'a 7z archive', unpack('7z x FILE')],
  ['Rar!\x1a\x07', 'a RAR archive', unpack('unrar x FILE')],
  ['BZh', 'compressed with bzip2', again('bunzip2 FILE')],
  ['\xfd7zXZ\0', 'compressed with xz', again('unxz FILE')],
  ['\x04"M\x18', 'compressed with lz4', again('unlz4 FILE')],
  ['\xff\x06\0\0sNaPpY', 'compressed with snappy', again('snzip -d FILE')],
  ['LZIP', 'compressed with lzip', again('lzip -d FILE')],
  ['\xff\xfe', 'UTF-16 text', 'Convert it to UTF-8: iconv -f UTF-16 -t UTF-8'],
  ['\xfe\xff', 'UTF-16 text', 'Convert it to UTF-8: iconv -f UTF-16 -t UTF-8'],
  ['SQLite format 3\0', 'an SQLite database', convert],
  ['\x89HDF\r\n', 'an HDF5 file', convert],
  ['\x93NUMPY', 'a NumPy array', convert],
  ['ORC', 'an ORC file', convert],
  ['Obj\x01', 'an Avro file', convert],
  ['%PDF-', 'a PDF document', convert],
  ['\x89PNG', 'a picture', 'Name the files that hold the records'],
  ['\xff\xd8\xff', 'a picture', 'Name the files that hold the records'],
  ['GGUF', 'the weights of a model', 'Name the files that hold the records'],
  ['\xd0\xcf\x11\xe0', 'an old document of Microsoft Office', 'Save its sheet as CSV'],
];

/** Texts that stand for a file which is elsewhere, or which somebody could not fetch. */
const standIns: readonly (readonly [beginning: RegExp, name: string, remedy: string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'a Git LFS pointer and not the data itself',
    'Fetch the data with `git lfs pull`, or download the file by its own address',
  ],
  [
    /^(\.\.\/)*(\.git)?\/?annex\/objects\//,
    'a git-annex pointer and not the data itself',
    'Fetch the data with `git annex get`',
  ],
  [
    /^\s*<(!doctype\s+html|html|head|body)[\s>]/i,
    'a web page and not the data itself, perhaps of a log-in or an error',
    'Download the file again, by an address that needs no log-in',
  ],
  [
    /^\s*<(\?xml|Error>|error>)/,
    'XML and not the data itself, perhaps an error of an object store',
    'Look into the file, and fetch it again',
  ],
  [/^%YAML|^---\s*\n/, 'YAML', convert],
];
const standInBytes = 300;

const tarMagicAt = 257;
const arrowContinuation = [0xff, 0xff, 0xff, 0xff];

/** What a file is by its first bytes, of which some hundreds are enough. */
export function fileKind(start: Uint8Array): FileKind {
  const begins = (magic: readonly number[], from = 0) => magic.every((byte, at) => start[from + at] === byte);
  const known = readable.find(([magic]) => begins(magic));
  if (known) return { kind: known[1] };
  // A skippable frame, with which pzstd and seekable files begin.
  if (((start[0] ?? 0) & 0xf0) === 0x50 && begins([0x2a, 0x4d, 0x18], 1)) return { kind: 'zstd' };
  if (begins(arrowContinuation) && start.length > 8 && (start[7] ?? 0) < 0x10) return { kind: 'arrow' };
  if (begins(bytesOf('ustar'), tarMagicAt))
    return { kind: 'foreign', name: 'a tar archive', remedy: unpack('tar -xf FILE') };
  const other = foreign.find(([magic]) => begins(bytesOf(magic)));
  if (other) return { kind: 'foreign', name: documentName(start) ?? other[1], remedy: other[2] };
  return kindOfText(Buffer.from(start.subarray(0, standInBytes)).toString('latin1'));
}

/** Documents of Office are zip archives, with names in them that say so. */
function documentName(start: Uint8Array): string | undefined {
  if (start[0] !== 0x50) return undefined;
  const names = Buffer.from(start.subarray(0, 4096)).toString('latin1');
  if (/xl\/|\[Content_Types\]\.xml/.test(names)) return 'a document of Microsoft Office, which is a zip archive';
  return /\/data\.pkl|archive\/data/.test(names) ? 'a file of PyTorch, which is a zip archive' : undefined;
}

function kindOfText(beginning: string): FileKind {
  const [, name, remedy] = standIns.find(([pattern]) => pattern.test(beginning)) ?? [];
  if (name !== undefined && remedy !== undefined) return { kind: 'foreign', name, remedy };
  if (/^.\0.\0|^\0.\0./s.test(beginning)) {
    return { kind: 'foreign', name: 'UTF-16 text', remedy: 'Convert it to UTF-8: iconv -f UTF-16 -t UTF-8' };
  }
  if (beginning[0] === '\x80' && ['\x02', '\x03', '\x04', '\x05'].includes(beginning[1] ?? '')) {
    return { kind: 'foreign', name: 'a pickle of Python', remedy: convert };
  }
  // A text of lines may have zero bytes where its writer died; a file that begins with neither bracket nor text is no text.
  if (/^[^\s{[\xef]/.test(beginning) && beginning.includes('\0')) {
    return { kind: 'foreign', name: 'a binary file of an unknown kind', remedy: convert };
  }
  return { kind: 'text' };
}
