/** The files of an image by absolute path, and how they become the entries of a layer. */
import type { TarEntry } from './tar.ts';

/** A file with a content of its own. */
export interface ContentFile {
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

/** A file, or a link to another path. Folders are created as needed. */
export type ImageFile = ContentFile | { readonly link: string };

/** Absolute path -> file or link. */
export type ImageFiles = ReadonlyMap<string, ImageFile>;

/** Folders that all users may write to. */
const openFolders: ReadonlySet<string> = new Set(['/tmp']);

/** Files, sorted, with each folder ahead of its files. All of them belong to root, so that no user of the image can change them. */
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
export const textFile = (text: string): ContentFile => ({ content: Buffer.from(text) });
