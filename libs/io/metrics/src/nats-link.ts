import type { Status } from './status.ts';

/** Counts a connection to NATS, which stands; gives what to call as it is lost and restored. */
export function natsLink({ metrics, checks }: Pick<Status, 'metrics' | 'checks'>): (connected: boolean) => void {
  let isConnected = true;
  metrics.set('proofmill_nats_connected', 1);
  checks.needs(() => (isConnected ? null : 'there is no connection to NATS'));
  return (connected) => {
    if (isConnected && !connected) metrics.add('proofmill_nats_connection_losses_total');
    isConnected = connected;
    metrics.set('proofmill_nats_connected', connected ? 1 : 0);
  };
}
