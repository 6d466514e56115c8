import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { ConfigurationError } from '@proofmill/contract';

/** Where to connect and as whom. The authenticator keeps the secret; `servers` may be logged. */
export interface Address {
  /** `host:port`, without a scheme or userinfo. */
  readonly servers: string[];
  readonly tls: boolean;
  readonly authenticators: Authenticator[];
}

const encoder = new TextEncoder();

/**
 * Reads `nats://[user:password@|token@]host[:port]`, several of them separated by commas, or `tls://` for TLS from the
 * start of the session.
 *
 * @throws ConfigurationError with a sentence; it never repeats the part ahead of the `@`.
 */
export function parseAddress(url: string, credentialsFile?: string): Address {
  const servers: string[] = [];
  const authenticators: Authenticator[] = [];
  let tls = false;
  for (const part of url.split(',').map((text) => text.trim())) {
    const parsed = parseServer(part);
    tls ||= parsed.protocol === 'tls:';
    servers.push(`${parsed.hostname}:${parsed.port || '4222'}`);
    const user = decode(parsed.username);
    if (parsed.password) authenticators.push(usernamePasswordAuthenticator(user, decode(parsed.password)));
    else if (user) authenticators.push(tokenAuthenticator(user));
  }
  if (credentialsFile !== undefined) authenticators.push(fileAuthenticator(credentialsFile));
  return { servers, tls, authenticators };
}

function parseServer(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `nats://${text}`);
  if (!url?.hostname)
    throw new ConfigurationError(`The NATS URL "${redact(text)}" is not a URL: write it like nats://HOST:4222.`);
  if (url.protocol !== 'nats:' && url.protocol !== 'tls:') {
    throw new ConfigurationError(
      `The NATS URL "${redact(text)}" begins with ${url.protocol}//: use nats:// or tls://.`,
    );
  }
  return url;
}

const redact = (text: string): string => text.replace(/^([a-z]+:\/\/)?.*@/i, '$1');

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A `.creds` file (JWT and seed, as `nsc` writes it), or a file that holds an nkey seed alone. */
function fileAuthenticator(path: string): Authenticator {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The NATS credentials file ${path} cannot be read.`, { cause: error });
  }
  if (text.includes('-----BEGIN NATS USER JWT-----')) return credsAuthenticator(encoder.encode(text));
  const seed = /^SU[A-Z2-7]{56}$/m.exec(text)?.[0];
  if (seed === undefined) {
    throw new ConfigurationError(`The NATS credentials file ${path} holds neither a user JWT nor a user's nkey seed.`);
  }
  return nkeyAuthenticator(encoder.encode(seed));
}
