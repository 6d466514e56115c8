import { matchesGlob } from 'node:path';
import { ConfigurationError, type Input } from '@proofmill/contract';
import { errorOfConnection, errorOfStatus } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { persistently, resumed } from '../retry.ts';
import { type HubPlace, hubPlaceOf, uriOfFile } from './uri.ts';

interface HubOptions {
  /** For data sets that are private or gated. */
  readonly token?: string | undefined;
  /** Address of the Hub. */
  readonly endpoint?: string | undefined;
}

/** Whoever reads no data set of the Hub does not load its client. */
const client = () => import('@huggingface/hub');

/**
 * Files of data sets on the Hugging Face Hub: `hf://datasets/ORG/NAME[@REVISION]/PATH`, where the path may be a glob. A revision is resolved to
 * its commit, and the files are recorded and read by that commit: a branch that moves changes nothing under a plan.
 */
export function hubInputs({ token, endpoint }: HubOptions): Inputs {
  const access: Access = {
    ...(token === undefined || token === '' ? {} : { accessToken: token }),
    ...(endpoint === undefined || endpoint === '' ? {} : { hubUrl: endpoint.replace(/\/+$/, '') }),
  };
  const opened = new Map<string, Promise<Blob>>();
  const blobOf = (input: Input): Promise<Blob> => {
    const blob = opened.get(input.uri) ?? openBlob(input, access);
    opened.set(input.uri, blob);
    blob.catch(() => opened.delete(input.uri));
    return blob;
  };
  return {
    async list(uris, before = []) {
      const inputs = new Map<string, Input>();
      for (const uri of uris) {
        const place = hubPlaceOf(uri);
        const commit = knownCommit(place, before) ?? (await commitOf(uri, place, access));
        const found = await filesOf(uri, place, commit, access);
        if (found.length === 0) throw new ConfigurationError(`${uri} matches no file of the data set at ${commit}`);
        for (const input of found) inputs.set(input.uri, input);
      }
      return [...inputs.values()];
    },
    open: (input) => resumed((position) => piecesFrom(input, position, blobOf)),
    async read(input, offset, length) {
      const end = Math.min(offset + length, input.bytes);
      if (end <= offset) return new Uint8Array();
      const blob = await blobOf(input);
      return await asked(input.uri, async () => new Uint8Array(await blob.slice(offset, end).arrayBuffer()));
    },
  };
}

/** How the client reaches the Hub. */
interface Access {
  readonly accessToken?: string;
  readonly hubUrl?: string;
}

async function commitOf(uri: string, { dataset, revision }: HubPlace, access: Access): Promise<string> {
  const { datasetInfo } = await client();
  const named = revision === undefined ? {} : { revision };
  const info = await asked(uri, () => datasetInfo({ name: dataset, ...named, additionalFields: ['sha'], ...access }));
  return info.sha;
}

async function filesOf(uri: string, place: HubPlace, commit: string, access: Access): Promise<Input[]> {
  const { listFiles } = await client();
  const repo = { type: 'dataset', name: place.dataset } as const;
  const folder = fixedFolder(place.path);
  return await asked(uri, async () => {
    const inputs: Input[] = [];
    const options = { repo, revision: commit, recursive: true, ...(folder === '' ? {} : { path: folder }), ...access };
    for await (const { type, path, size, oid, lfs } of listFiles(options)) {
      if (type !== 'file' || (path !== place.path && !matchesGlob(path, place.path))) continue;
      inputs.push({
        uri: uriOfFile(place.dataset, commit, path),
        bytes: lfs?.size ?? size,
        etag: lfs?.oid ?? oid ?? commit,
      });
    }
    return inputs.sort((left, right) => (left.uri < right.uri ? -1 : 1));
  });
}

async function openBlob({ uri }: Input, access: Access): Promise<Blob> {
  const { dataset, revision = 'main', path } = hubPlaceOf(uri);
  const { downloadFile } = await client();
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const repo = { type: 'dataset', name: dataset } as const;
  const blob = await asked(uri, () => downloadFile({ repo, path: encoded, revision, ...access }));
  if (blob === null) throw new ConfigurationError(`${uri} is gone from the Hub`);
  return blob;
}

async function* piecesFrom(
  input: Input,
  position: number,
  blobOf: (input: Input) => Promise<Blob>,
): AsyncGenerator<Uint8Array> {
  if (position >= input.bytes) return;
  const blob = await blobOf(input);
  let given = position;
  try {
    for await (const piece of (position === 0 ? blob : blob.slice(position, input.bytes)).stream()) {
      given += piece.length;
      yield piece;
    }
  } catch (error) {
    throw hubError(input.uri, error);
  }
  if (given < input.bytes) {
    throw hubError(input.uri, new Error('the connection ended ahead of the end of the file'));
  }
}

/** The commit that a place names, or that the files of its data set had in an earlier list. */
function knownCommit({ dataset, revision }: HubPlace, before: readonly Input[]): string | undefined {
  if (revision !== undefined && /^[0-9a-f]{40}$/.test(revision)) return revision;
  const earlier = before.filter(({ uri }) => uri.startsWith(`hf://datasets/${dataset}@`));
  const commits = new Set(earlier.map(({ uri }) => hubPlaceOf(uri).revision));
  return commits.size === 1 ? [...commits][0] : undefined;
}

/** The folder in which all matches of a path are. */
function fixedFolder(path: string): string {
  const glob = path.search(/[*?[\]{}]/);
  const fixed = glob === -1 ? path : path.slice(0, glob);
  return fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')));
}

/** Asks the Hub, and again where that may help. */
const asked = <T>(uri: string, ask: () => Promise<T>): Promise<T> =>
  persistently(async () => {
    try {
      return await ask();
    } catch (error) {
      throw hubError(uri, error);
    }
  });

function hubError(uri: string, error: unknown): Error {
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode !== 'number') return errorOfConnection(uri, error);
  const hint =
    statusCode === 401 || statusCode === 403 || statusCode === 404
      ? 'Check the name and the revision; for a data set that is private or gated, set HF_TOKEN to a token of an account that may read it'
      : '';
  return errorOfStatus(uri, statusCode, error instanceof Error ? error.message : '', hint);
}
