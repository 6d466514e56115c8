/** A failure whose message is for a person: what happened, then what to do. */
export class ClusterError extends Error {
  /** `configuration`: somebody has to change something first. `temporary`: the same call may work later. */
  readonly disposition: 'configuration' | 'temporary';

  constructor(disposition: 'configuration' | 'temporary', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClusterError';
    this.disposition = disposition;
  }
}
