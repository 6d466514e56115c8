import { InvalidArgumentError } from '@proofmill/runtime';

/** A flag that takes one of some names, or a usage error. */
export const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of: ${names.join(', ')}.`);
  };
