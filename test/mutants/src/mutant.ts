/** A planted bug: a text of a file that is replaced by another one, and the suite that must go red for it. */
import { ToolError } from '@proofmill/process';

export interface Suite {
  /** Path of the test file. */
  readonly file: string;
  /** Only the tests whose full name has this text, where the others of the file take long. */
  readonly only?: string;
}

export interface Mutant {
  /** Unique, and short enough for a table. */
  readonly name: string;
  readonly area: string;
  /** What the bug breaks, in a sentence. */
  readonly breaks: string;
  /** Path of the file that has the bug. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly suite: Suite;
  /** Why no suite sees it. Default: one must. */
  readonly survives?: string;
}

/** Mutants of one area. */
export const mutantsOf = (area: string, mutants: readonly Omit<Mutant, 'area'>[]): Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, area }));

/** The text of the file with the bug. @throws ToolError where it cannot be planted: the source has changed */
export function plantedIn(text: string, { name, area, file, from, to }: Mutant): string {
  const count = text.split(from).length - 1;
  if (count === 1 && from !== to) return text.replace(from, () => to);
  const what = count === 0 ? 'no longer has the text' : `has the text ${count} times`;
  throw new ToolError(
    'configuration',
    `the planted bug ${name} does not fit: ${file} ${what} that it replaces. Give it the text of today in test/mutants/src/table/${area}.ts, one that occurs once: ${JSON.stringify(from)}`,
  );
}
