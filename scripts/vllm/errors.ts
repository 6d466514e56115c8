/** `configuration`: somebody has to change something first. `temporary`: the same call may work later. */
export type VllmErrorDisposition = 'configuration' | 'temporary';

/** A failure of set-up or start whose message is for a person: what happened, then what to do. */
export class VllmError extends Error {
  readonly disposition: VllmErrorDisposition;

  constructor(disposition: VllmErrorDisposition, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VllmError';
    this.disposition = disposition;
  }
}
