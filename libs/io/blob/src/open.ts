/** Opens a place by its URI: a folder of this machine (a path or file://), or an object store (s3://BUCKET/PREFIX). */
import { fileURLToPath } from 'node:url';
import {
  ConfigurationError,
  type Input,
  type Journals,
  type ListedFolder,
  type Store,
  schemeOf,
} from '@proofmill/contract';
import { directoryInputs } from './directory/inputs.ts';
import { directoryJournals } from './directory/journals.ts';
import { directoryStore } from './directory/store.ts';
import type { Inputs } from './inputs.ts';
import { isS3, s3FolderOf } from './s3/address.ts';
import { s3Inputs } from './s3/inputs.ts';
import { s3Journals } from './s3/journals.ts';
import { s3ListedFolder } from './s3/listed-folder.ts';
import { s3Store } from './s3/store.ts';

/** @throws ConfigurationError for a URI of no folder: `s3:/x`, gs://, http:// */
function folderOf(uri: string): string {
  if (schemeOf(uri) === null) return uri;
  if (uri.startsWith('file:///')) return fileURLToPath(uri);
  throw new ConfigurationError(
    `${uri} is neither a folder nor an object store: write a path, file:///FOLDER or s3://BUCKET/FOLDER. A folder that has such a name is ./${uri}`,
  );
}

/** @throws ConfigurationError for a URI that is neither a folder nor a place in an object store */
export const openStore = (uri: string): Store => (isS3(uri) ? s3Store(s3FolderOf(uri)) : directoryStore(folderOf(uri)));

/** @throws ConfigurationError for a URI that is not in an object store */
export function openListedFolder(uri: string): ListedFolder {
  if (isS3(uri)) return s3ListedFolder(s3FolderOf(uri));
  throw new ConfigurationError(`${uri} is not in an object store: write s3://BUCKET/FOLDER`);
}

/** `pathOfPartition` gives the folder of a partition's journals, relative to the place. */
export const openJournals = (uri: string, pathOfPartition: (partition: number) => string): Journals =>
  isS3(uri) ? s3Journals(s3FolderOf(uri), pathOfPartition) : directoryJournals(folderOf(uri), pathOfPartition);

interface InputOptions {
  /** Where relative paths start. */
  readonly baseDir: string;
  /** Inputs of other places, by the scheme of their URIs. */
  readonly schemes?: Readonly<Record<string, Inputs>>;
}

/** Inputs of all kinds, in the order of their URIs. */
export function openInputs({ baseDir, schemes = {} }: InputOptions): Inputs {
  const files = directoryInputs({ baseDir });
  const objects = s3Inputs();
  const inputsFor = (uri: string): Inputs => schemes[schemeOf(uri) ?? ''] ?? (isS3(uri) ? objects : files);
  return {
    async list(uris, before) {
      const found: Input[] = [];
      // Neighbours of one kind are listed together, so that a file with two names is taken once.
      for (let start = 0; start < uris.length; ) {
        const kind = inputsFor(uris[start] ?? '');
        let end = start + 1;
        while (end < uris.length && inputsFor(uris[end] ?? '') === kind) end += 1;
        found.push(...(await kind.list(uris.slice(start, end), before)));
        start = end;
      }
      return [...new Map(found.map((input) => [input.uri, input])).values()];
    },
    open: (input) => inputsFor(input.uri).open(input),
    read: (input, offset, length) => inputsFor(input.uri).read(input, offset, length),
  };
}
