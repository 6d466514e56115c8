import { ConfigurationError } from '@proofmill/contract';

/** Where an engine listens. */
export interface Address {
  /** Scheme, host and port for the request line and the SDK; with a socket, a name that is never looked up. */
  readonly origin: string;
  /** What precedes `/health` and `/v1`: empty, or the path of a gateway, without a slash at its end. */
  readonly root: string;
  readonly isTls: boolean;
  readonly connect:
    | { readonly host: string; readonly port: number | undefined }
    | { readonly socketPath: string; readonly host: 'localhost' };
}

/** The longest path of a socket address on Linux; on macOS it is 104. A longer one fails with a bare EINVAL. */
const longestSocketPathBytes = 107;

/**
 * Reads `http://HOST:PORT`, `https://HOST/PATH` (each with or without `/v1` at its end) or `unix:///PATH/TO/vllm.sock`.
 * @throws ConfigurationError with a sentence that repeats no password
 */
export function parseAddress(baseUrl: string): Address {
  const socket = /^unix:(?:\/\/)?(\/[^/].*)$/.exec(baseUrl)?.[1];
  if (socket !== undefined) {
    if (Buffer.byteLength(socket) > longestSocketPathBytes) {
      throw new ConfigurationError(
        `The path of the engine's socket is longer than ${longestSocketPathBytes} bytes, the most that the system accepts: ${socket}`,
      );
    }
    return { origin: 'http://localhost', root: '', isTls: false, connect: { socketPath: socket, host: 'localhost' } };
  }
  const url = URL.parse(baseUrl);
  const isTls = url?.protocol === 'https:';
  if (!url?.hostname || !(isTls || url.protocol === 'http:')) {
    throw new ConfigurationError(
      'The base URL of the engine must be http://HOST:PORT, https://HOST or unix:///PATH/TO/vllm.sock (three slashes).',
    );
  }
  if (url.username || url.password) {
    throw new ConfigurationError(
      'The base URL of the engine must hold no user or password: engine.apiKey and engine.headers are for those.',
    );
  }
  if (url.search || url.hash) {
    throw new ConfigurationError(`The base URL of the engine must end with its path, without ? or #: ${url.host}`);
  }
  return {
    origin: url.origin,
    root: url.pathname.replace(/\/+$/, '').replace(/\/v1$/, ''),
    isTls,
    connect: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'), // node:http wants ::1 where a URL has [::1]
      port: url.port === '' ? undefined : Number(url.port),
    },
  };
}
