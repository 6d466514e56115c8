import { randomBytes } from 'node:crypto';
import { ConfigurationError, shortestSigningSecret, signingVariable } from '@proofmill/contract';
import type { Signing } from '@proofmill/coordinate';

/** What the environment says of signing. ConfigurationError for a secret that can be guessed. */
export function signingOf(environment: Readonly<Record<string, string | undefined>>): Signing {
  const secret = environment[signingVariable]?.trim() || null;
  if (secret !== null && secret.length < shortestSigningSecret) {
    throw new ConfigurationError(
      `${signingVariable} has ${secret.length} characters, and a secret of fewer than ${shortestSigningSecret} could be guessed: make one with \`openssl rand -hex 32\``,
    );
  }
  return { secret, draw: () => randomBytes(32).toString('base64url') };
}
