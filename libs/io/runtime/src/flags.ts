/** Flags that several commands take. */
import { ConfigurationError } from '@proofmill/contract';
import { InvalidArgumentError } from 'commander';

/** A whole number above 0, or a usage error. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}

/** A whole number from 0 on, or a usage error. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('It must be a whole number, 0 or above.');
  }
  return number;
}

/** The number of a port, 0 for any free one, or a usage error. */
function portNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('It must be a port: 0 to 65535.');
}

export const statusPortFlag = [
  '--status-port <port>',
  'serve /metrics, /livez and /readyz on this port (docs/operations.md); 0: any free one, which the log names',
  portNumber,
] as const;

export const statusHostFlag = [
  '--status-host <address>',
  'address that --status-port listens on, or all of them: all; default: 127.0.0.1',
] as const;

export interface StatusFlags {
  readonly statusPort?: number;
  readonly statusHost?: string;
}

export const natsFlag = [
  '--nats <url>',
  'NATS server with JetStream; default: NATS_URL. NATS_CA and NATS_CREDS name its files',
] as const;

export const natsReplicasFlag = [
  '--nats-replicas <n>',
  'copies of each stream in a NATS cluster, 1 to 5; default: NATS_REPLICAS, or 1',
] as const;

const mostReplicas = 5;

/** Copies of each stream, from the flag or the environment. @throws ConfigurationError where it is no such number */
export function natsReplicasOf({ natsReplicas }: { readonly natsReplicas?: string } = {}): number {
  const text = natsReplicas ?? process.env.NATS_REPLICAS ?? '1';
  const replicas = Number(text);
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas) return replicas;
  const where = natsReplicas === undefined ? 'NATS_REPLICAS' : '--nats-replicas';
  throw new ConfigurationError(
    `${where} is ${JSON.stringify(text)}: it must be the number of copies of each stream, 1 to ${mostReplicas}, and at most the number of servers in the NATS cluster`,
  );
}

/**
 * The files of a connection to NATS that the environment names, with the variables of the command `nats`: NATS_CA, the PEM file of the authority
 * that signed the server's certificate; NATS_CREDS, a .creds file or a file with an nkey seed.
 */
export const natsFilesOf = ({
  NATS_CA,
  NATS_CREDS,
}: NodeJS.ProcessEnv): { readonly caFile?: string; readonly credentialsFile?: string } => ({
  ...(NATS_CA ? { caFile: NATS_CA } : {}),
  ...(NATS_CREDS ? { credentialsFile: NATS_CREDS } : {}),
});

/** The address of the NATS server, from the flag or the environment. */
export function natsUrlOf({ nats }: { readonly nats?: string }): string {
  const url = nats ?? process.env.NATS_URL;
  if (url !== undefined) return url;
  throw new ConfigurationError('no NATS server is named: give --nats nats://HOST:4222, or set NATS_URL');
}
