export type FileKind =
  | { readonly kind: 'plain' | 'gzip' | 'zstd' }
  | {
      readonly kind: 'foreign';
      readonly name: string;
      /** How its user gets at the data, where that is not a matter of converting the file. */
      readonly remedy?: string;
    };

const foreign: readonly (readonly [magic: readonly number[], name: string])[] = [
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'an Arrow file'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
  [[0x42, 0x5a, 0x68], 'compressed with bzip2'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz'],
  [[0xff, 0xfe], 'UTF-16 text'],
  [[0xfe, 0xff], 'UTF-16 text'],
];

/** Small texts that stand in for a file which is elsewhere, or which somebody could not fetch. */
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
    /^\s*<(!doctype\s+html|html)[\s>]/i,
    'a web page and not the data itself, perhaps of a log-in or an error',
    'Download the file again, by an address that needs no log-in',
  ],
];
const standInBytes = 200;

/** What a file is by its first bytes; its name says nothing. */
export function fileKind(start: Uint8Array): FileKind {
  const begins = (magic: readonly number[]) => magic.every((byte, position) => start[position] === byte);
  if (begins([0x1f, 0x8b])) return { kind: 'gzip' };
  if (begins([0x28, 0xb5, 0x2f, 0xfd])) return { kind: 'zstd' };
  // A skippable frame, with which pzstd and seekable files begin.
  if (((start[0] ?? 0) & 0xf0) === 0x50 && [0x2a, 0x4d, 0x18].every((byte, at) => start[at + 1] === byte)) {
    return { kind: 'zstd' };
  }
  const recognised = foreign.find(([magic]) => begins(magic));
  if (recognised) return { kind: 'foreign', name: recognised[1] };
  const text = Buffer.from(start.subarray(0, standInBytes)).toString('latin1');
  const [, name, remedy] = standIns.find(([beginning]) => beginning.test(text)) ?? [];
  return name === undefined || remedy === undefined ? { kind: 'plain' } : { kind: 'foreign', name, remedy };
}
