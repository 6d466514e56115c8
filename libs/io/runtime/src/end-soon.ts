/** Long enough for the last lines to be written. */
const lastLinesMs = 2_000;

/**
 * Ends this process within two seconds, with the exit code that is set; earlier if nothing keeps it alive. A closed NATS client
 * does not abandon a connection that it is still making, and one to a server that vanished would keep the process for two minutes.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), lastLinesMs).unref();
}
