import { ConfigurationError, type Input } from '@proofmill/contract';
import { errorOfConnection, errorOfStatus } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { persistently, resumed } from '../retry.ts';

/**
 * Files at https:// addresses. There is no list of the files of a server, so each is named. An address that is signed
 * (`X-Amz-Signature=..`, `sig=..`) is used, and recorded without its query: a signature is a secret.
 */
export function webInputs(): Inputs {
  /** Addresses by what is recorded of them. */
  const addresses = new Map<string, string>();
  const addressOf = ({ uri }: Input) => addresses.get(uri) ?? uri;

  return {
    async list(uris) {
      const inputs = new Map<string, Input>();
      for (const address of uris) {
        const uri = recordedUri(address);
        addresses.set(uri, address);
        inputs.set(uri, await persistently(() => probe(address, uri)));
      }
      return [...inputs.values()];
    },
    open: (input) => resumed((position) => piecesFrom(input, addressOf(input), position)),
    async read(input, offset, length) {
      const end = Math.min(offset + length, input.bytes);
      if (end <= offset) return new Uint8Array();
      return await persistently(() => rangeOf(input, addressOf(input), offset, end));
    },
  };
}

const secretParameters = /^(x-amz-signature|signature|sig|token|access_token|key)$/i;

/** @throws ConfigurationError for an address that cannot be an input */
function recordedUri(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw new ConfigurationError(`${address} is not a valid address`);
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(`${url.origin}${url.pathname}: an address may have no user or password in it`);
  }
  if (url.pathname.includes('*')) {
    throw new ConfigurationError(
      `${address} is a pattern, and a web server has no list of its files: name each of them`,
    );
  }
  const isSigned = [...url.searchParams.keys()].some((name) => secretParameters.test(name));
  return isSigned ? `${url.origin}${url.pathname}` : address;
}

/** Asks for the first byte: unlike HEAD, every server that gives the file answers it. */
async function probe(address: string, uri: string): Promise<Input> {
  const response = await get(address, uri, { range: 'bytes=0-0' });
  await response.body?.cancel();
  const bytes = sizeOf(response);
  if (bytes === null)
    throw new ConfigurationError(`${uri}: the server says no size. Download the file, and name the copy`);
  return { uri, bytes, etag: versionOf(response, bytes) };
}

/** The size of the whole file, of which an answer may be a part. */
function sizeOf({ status, headers }: Response): number | null {
  const size = status === 200 ? headers.get('content-length') : headers.get('content-range')?.split('/')[1];
  return size !== undefined && size !== null && /^\d+$/.test(size) ? Number(size) : null;
}

const versionOf = ({ headers }: Response, bytes: number): string =>
  headers.get('etag') ?? headers.get('last-modified') ?? `${bytes} bytes`;

/** The bytes from a position. A server without ranges gives all, of which the first are skipped. */
async function* piecesFrom(input: Input, address: string, position: number): AsyncGenerator<Uint8Array> {
  if (position >= input.bytes) return;
  const response = await get(address, input.uri, position > 0 ? { range: `bytes=${position}-` } : {});
  refuseChanged(input, response);
  let skipped = response.status === 206 ? 0 : position;
  let given = position;
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      const rest = piece.subarray(Math.min(skipped, piece.length));
      skipped -= piece.length - rest.length;
      given += rest.length;
      if (rest.length > 0) yield rest;
    }
  } catch (error) {
    throw errorOfConnection(input.uri, error);
  }
  if (given < input.bytes)
    throw errorOfConnection(input.uri, new Error('the connection ended ahead of the end of the file'));
}

async function rangeOf(input: Input, address: string, offset: number, end: number): Promise<Uint8Array> {
  const response = await get(address, input.uri, { range: `bytes=${offset}-${end - 1}` });
  refuseChanged(input, response);
  if (response.status !== 206) {
    await response.body?.cancel();
    throw new ConfigurationError(
      `${input.uri}: the server gives no parts of files, which this format needs. Download the file, and name the copy`,
    );
  }
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw errorOfConnection(input.uri, error);
  }
}

function refuseChanged(input: Input, response: Response): void {
  const bytes = sizeOf(response);
  if (bytes === null || (bytes === input.bytes && versionOf(response, bytes) === input.etag)) return;
  throw new ConfigurationError(
    `${input.uri} was replaced since it was listed. The corpus of a job must not change until the plan is complete.`,
  );
}

const mostRedirects = 5;

/** Asks for a file. Redirections are followed one by one: none may lead to an address that could not have been named. */
async function get(address: string, uri: string, headers: Record<string, string>): Promise<Response> {
  let at = new URL(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    refuseUnprotected(at, uri);
    let response: Response;
    try {
      // Compressed on its way, a file would have another size.
      response = await fetch(at, { headers: { 'accept-encoding': 'identity', ...headers }, redirect: 'manual' });
    } catch (error) {
      throw errorOfConnection(uri, error);
    }
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, at.href)) {
      await response.body?.cancel();
      at = new URL(location, at);
      continue;
    }
    const isEmpty = response.status === 416 && response.headers.get('content-range') === 'bytes */0';
    if (response.ok || isEmpty) return response;
    await response.body?.cancel();
    throw errorOfStatus(uri, response.status, response.statusText);
  }
  throw new ConfigurationError(`${uri}: the server redirects more than ${mostRedirects} times`);
}

/**
 * What comes over http:// may be anybody's; and services that trust whoever can reach them, such as those that give credentials to a machine,
 * speak nothing else. Of this machine itself it is allowed.
 */
function refuseUnprotected({ protocol, hostname }: URL, uri: string): void {
  if (protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))) return;
  throw new ConfigurationError(
    `${uri} ${protocol === 'http:' ? 'is, or leads to,' : 'leads to'} an address without TLS: only https:// is read`,
  );
}
