/** Flags that several commands take. */
import { ConfigurationError } from '@proofmill/contract';
import { InvalidArgumentError } from 'commander';

/** A whole number above 0, or a usage error. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}

export const natsFlag = ['--nats <url>', 'NATS server with JetStream; default: NATS_URL'] as const;

/** The address of the NATS server, from the flag or the environment. */
export function natsUrlOf({ nats }: { readonly nats?: string }): string {
  const url = nats ?? process.env.NATS_URL;
  if (url !== undefined) return url;
  throw new ConfigurationError('no NATS server is named: give --nats nats://HOST:4222, or set NATS_URL');
}
