/** Long enough for what was said last to be written. */
const LAST_WORD_MS = 2_000;

/**
 * Ends this process in two seconds at the latest, with the exit code that is set; by itself before, where nothing keeps it. A
 * client of NATS that is closed does not give up the connections that it had begun, and one to a server that is gone without a
 * word keeps a process for two minutes.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), LAST_WORD_MS).unref();
}
