import type { FailureClass } from '@proofmill/contract';

type DamageClass = Extract<FailureClass, 'damaged-file' | 'decompression-bomb' | 'unknown-format'>;

/** Why a file cannot be read, or not any further. Only this is a problem of the file; any other error is the reader's. */
export class Damage extends Error {
  readonly failureClass: DamageClass;
  constructor(failureClass: DamageClass, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failureClass = failureClass;
  }
}
