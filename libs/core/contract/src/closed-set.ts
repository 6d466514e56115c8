/** Closed sets: names with what the reference says of each, so that none is without it. */
import { z } from 'zod';

/** The schema of a name in `members`. */
export const nameIn = <Name extends string>(members: Readonly<Record<Name, unknown>>) =>
  z.enum(Object.keys(members) as Name[]);

/** All members as one sentence of a description. */
export const listOf = (members: Readonly<Record<string, string>>): string =>
  Object.entries(members)
    .map(([name, meaning]) => `\`${name}\`: ${meaning}`)
    .join('; ');
