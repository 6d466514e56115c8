/** The files of an image by their absolute path, and the entries of a layer that they make. */
import type { TarEntry } from './tar.ts';

/** What lies at a path: a file, or a link to another path. Folders come by themselves. */
export type ImageFile = { readonly content: Uint8Array; readonly executable?: boolean } | { readonly link: string };

/** Absolute path -> what lies there. */
export type ImageFiles = ReadonlyMap<string, ImageFile>;

/** Where everybody may write. */
const openFolders: ReadonlySet<string> = new Set(['/tmp']);

/** Files, sorted, with their folders before them. All of it belongs to root, so that nobody in the image can change it. */
export function layerEntries(files: ImageFiles, emptyFolders: readonly string[] = []): TarEntry[] {
  const folders = new Set(emptyFolders);
  for (const path of [...files.keys(), ...emptyFolders]) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  return [...folders, ...files.keys()].sort().map((absolute): TarEntry => {
    const path = absolute.slice(1);
    const file = files.get(absolute);
    if (file === undefined) return { path, mode: openFolders.has(absolute) ? 0o1777 : 0o755, folder: true };
    if ('link' in file) return { path, link: file.link };
    return { path, mode: file.executable ? 0o755 : 0o644, content: file.content };
  });
}

/** A text as a file. */
export const textFile = (text: string): ImageFile => ({ content: Buffer.from(text) });
