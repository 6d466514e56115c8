import type { Input } from '@proofmill/contract';

/** The input files of a job, as bytes. */
export interface Inputs {
  /**
   * Resolves URIs and globs in their order, each file once. ConfigurationError when one matches nothing. `before`: the files as they were
   * when a plan of the job began.
   */
  list(uris: readonly string[], before?: readonly Input[]): Promise<Input[]>;
  /** The bytes of a listed file. ConfigurationError when the file has changed since it was listed. */
  open(input: Input): AsyncIterable<Uint8Array>;
  /** The `length` bytes at `offset` of a listed file, fewer at its end. ConfigurationError when it has changed since it was listed. */
  read(input: Input, offset: number, length: number): Promise<Uint8Array>;
}

/** A path that matches may be a glob; a file whose own name matches takes precedence. */
export const globSyntax = /[*?[\]{}]/;
