/**
 * Puts a folder into a data set of the Hugging Face Hub, each file in a commit of its own: whatever ends it, the same call continues behind the last
 * commit. What the data set has already, by its digest, is not sent again.
 */
import { createHash } from 'node:crypto';
import { ConfigurationError, UnavailableError } from '@proofmill/contract';
import { errorOfConnection } from '../errors.ts';
import { persistently } from '../retry.ts';

export interface PushedFile {
  readonly path: string;
  /** Its content, which is read when it is sent. */
  readonly open: () => Promise<Blob>;
}

export interface PushOptions {
  /** `hf://ORG/NAME`, or with a branch that exists: `hf://ORG/NAME@BRANCH` */
  readonly to: string;
  /** In the order in which they are to appear. */
  readonly files: readonly PushedFile[];
  /** Of an account that may write there. */
  readonly token: string | undefined;
  /** Address of the Hub. */
  readonly endpoint: string | undefined;
  /** Called with the path of each file that was sent. */
  readonly sent: (path: string) => void;
}

/** What the Hub puts into a new data set. */
const ofTheHub = new Set(['.gitattributes']);

const client = () => import('@huggingface/hub');

/**
 * The number of files that were sent. A data set that does not exist is made, and private.
 * @throws {ConfigurationError} for a name, a token or rights that do not fit, and where the data set holds other files
 * @throws {UnavailableError} while the Hub does not answer
 */
export async function pushToHub({ to, files, token, endpoint, sent }: PushOptions): Promise<number> {
  const [, name, branch = 'main'] = /^hf:\/\/(?:datasets\/)?([^/@]+\/[^/@]+)(?:@([^/]+))?\/?$/.exec(to) ?? [];
  if (name === undefined) throw new ConfigurationError(`${to} names no data set of the Hub: write hf://ORG/NAME`);
  if (!token)
    throw new ConfigurationError(`${to} needs a token: set HF_TOKEN to one of an account that may write there`);
  const access = { accessToken: token, ...(endpoint ? { hubUrl: endpoint.replace(/\/+$/, '') } : {}) };
  const repo = { type: 'dataset', name } as const;
  const { createRepo, listFiles, uploadFile } = await client();
  await asked(to, () => createRepo({ repo, private: true, ...access }).catch(unlessItExists));
  const there = await asked(to, async () => {
    const found = new Map<string, string>();
    for await (const { type, path, oid, lfs } of listFiles({ repo, revision: branch, recursive: true, ...access }))
      if (type === 'file') found.set(path, lfs?.oid ?? oid ?? '');
    return found;
  });
  const missing = await missingFiles(to, files, there);
  for (const { path, open } of missing) {
    const content = await open();
    await asked(to, () => uploadFile({ repo, branch, file: { path, content }, commitTitle: `Add ${path}`, ...access }));
    sent(path);
  }
  return missing.length;
}

/** The files that are not there yet. What is there has to be of this folder: nothing of others is mixed with it, or replaced. */
async function missingFiles(
  to: string,
  files: readonly PushedFile[],
  there: ReadonlyMap<string, string>,
): Promise<PushedFile[]> {
  const own = new Set(files.map(({ path }) => path));
  const other = [...there.keys()].find((path) => !own.has(path) && !ofTheHub.has(path));
  const missing: PushedFile[] = [];
  let differing = other;
  for (const file of files) {
    const digest = there.get(file.path);
    if (digest === undefined) missing.push(file);
    else if (!(await digestsOf(await file.open())).includes(digest)) differing ??= file.path;
  }
  if (differing === undefined) return missing;
  throw new ConfigurationError(
    `${to} holds other files (${differing}), and none of them is replaced. Name a new data set, or a branch that you have made for it: hf://ORG/NAME@BRANCH`,
  );
}

/** As the Hub names content: the sha256 of large files, and that of git for others. */
async function digestsOf(content: Blob): Promise<string[]> {
  const large = createHash('sha256');
  const small = createHash('sha1').update(`blob ${content.size}\0`);
  for await (const piece of content.stream()) {
    large.update(piece);
    small.update(piece);
  }
  return [large.digest('hex'), small.digest('hex')];
}

const statusOf = (error: unknown): unknown => (error as { statusCode?: unknown }).statusCode;

function unlessItExists(error: unknown): void {
  if (statusOf(error) !== 409) throw error;
}

const asked = <T>(to: string, ask: () => Promise<T>): Promise<T> =>
  persistently(async () => {
    try {
      return await ask();
    } catch (error) {
      throw pushError(to, error);
    }
  });

function pushError(to: string, error: unknown): Error {
  const status = statusOf(error);
  if (typeof status !== 'number') return errorOfConnection(to, error);
  const said = error instanceof Error ? error.message.trim().slice(0, 200) : '';
  if (status === 429 || status >= 500) {
    return new UnavailableError('web', `${to} cannot be written now: the Hub says ${status}: ${said}`, {
      runAgainWhen: 'the Hub answers',
    });
  }
  const hint =
    status === 401 || status === 403 || status === 404
      ? '. Check the name and the branch, and that HF_TOKEN is a token which may write there'
      : '';
  return new ConfigurationError(`${to}: the Hub refuses (${status}: ${said})${hint}`);
}
