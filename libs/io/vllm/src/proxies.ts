/** Proxies, as curl and most other programs find them: in the environment, in capitals or not. */
import { ConfigurationError } from '@proofmill/contract';
import type { Address } from './address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What node's agents read: NO_PROXY is theirs to apply. */
export type Proxies = Readonly<Record<string, string>>;

/**
 * The proxies that the environment names for an address; null where it names none. A server on this machine, by its loopback
 * address or a socket, is asked directly whatever the environment says.
 * @throws ConfigurationError, which repeats no password, for a proxy of another kind
 */
export function proxiesOf({ connect, isTls }: Address, environment: Environment): Proxies | null {
  if ('socketPath' in connect || isLoopback(connect.host)) return null;
  const name = isTls ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = variable(environment, name);
  if (proxy === '') return null;
  const url = URL.parse(/^[a-z0-9+.-]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      `${name} must be http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT: other proxies are not supported`,
    );
  }
  return { [name]: url.href, NO_PROXY: variable(environment, 'NO_PROXY') };
}

const variable = (environment: Environment, name: string): string =>
  (environment[name.toLowerCase()] ?? environment[name] ?? '').trim();

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);
