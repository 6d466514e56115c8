import { ConfigurationError } from '@proofmill/contract';

/** @throws {ConfigurationError} where a variable is to be passed to a command and is not set */
export function requirePassed(missing: readonly string[], where: string): void {
  if (missing.length > 0) throw new ConfigurationError(missingVariables(missing, where));
}

/** Says which variables are to be passed to a command and are not set. */
export function missingVariables(missing: readonly string[], where: string): string {
  const [are, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${where}: ${missing.join(', ')} ${are} to be passed on, and the loop is not given ${them}. Set ${them}, or take ${them} out`;
}
