/** A failure whose message is for the person at the terminal: it says what happened, then what to do. */
export class ToolError extends Error {
  /** `configuration`: the user has to change something first. `temporary`: the same call may work later. */
  readonly disposition: 'configuration' | 'temporary';

  constructor(disposition: 'configuration' | 'temporary', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
    this.disposition = disposition;
  }

  /** The exit code of a command that ends with this error: the same codes as those of `proofmill`. */
  get exitCode(): 2 | 75 {
    return this.disposition === 'configuration' ? 2 : 75;
  }
}
