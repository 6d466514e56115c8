/** Tar archives (POSIX ustar) that depend only on their contents: no clock, root as the only owner, entries in the given order. */

/** One entry. Paths have no leading slash; the parents of a folder need their own entries. */
export type TarEntry =
  | { readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly path: string; readonly mode: number; readonly folder: true }
  | { readonly path: string; readonly link: string };

const blockBytes = 512;

/** The archive as parts to write one after the other, so that contents are not copied. */
export function tarParts(entries: readonly TarEntry[]): Uint8Array[] {
  const parts = entries.flatMap((entry) => {
    if (!('content' in entry)) return [headOf(entry)];
    const rest = entry.content.length % blockBytes;
    return [headOf(entry), entry.content, ...(rest === 0 ? [] : [new Uint8Array(blockBytes - rest)])];
  });
  return [...parts, new Uint8Array(2 * blockBytes)];
}

function headOf(entry: TarEntry): Uint8Array {
  const head = Buffer.alloc(blockBytes);
  const text = (value: string, offset: number, length: number): void => {
    if (Buffer.byteLength(value) > length) throw new Error(`too long for a tar archive: ${value}`);
    head.write(value, offset, 'utf8');
  };
  const octal = (value: number, offset: number, length: number): void =>
    text(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, length);

  const isFolder = 'folder' in entry;
  const [prefix, name] = splitPath(isFolder ? `${entry.path}/` : entry.path);
  text(name, 0, 100);
  octal('mode' in entry ? entry.mode : 0o777, 100, 8);
  octal(0, 108, 8); // user
  octal(0, 116, 8); // group
  octal('content' in entry ? entry.content.length : 0, 124, 12);
  octal(0, 136, 12); // time
  text(' '.repeat(8), 148, 8); // the checksum counts its own field as spaces
  text(isFolder ? '5' : 'link' in entry ? '2' : '0', 156, 1);
  if ('link' in entry) text(entry.link, 157, 100);
  text('ustar\x0000', 257, 8);
  text(prefix, 345, 155);
  const checksum = head.reduce((sum, byte) => sum + byte, 0);
  text(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return head;
}

/** A path over 100 bytes is stored in two fields, cut at a slash. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  const cut = path.indexOf('/', path.length - 101);
  return [path.slice(0, cut), path.slice(cut + 1)];
}
