import { ConfigurationError } from '@proofmill/contract';

/** @throws {ConfigurationError} where a variable is to be passed to a command and is not set */
export function requirePassed(missing: readonly string[], where: string): void {
  if (missing.length === 0) return;
  throw new ConfigurationError(
    `${where}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} to be passed on, and the loop is not given ${missing.length === 1 ? 'it' : 'them'}. Set ${missing.length === 1 ? 'it' : 'them'}, or take ${missing.length === 1 ? 'it' : 'them'} out`,
  );
}
