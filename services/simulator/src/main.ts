/** `node main.ts --port P ..` prints one line of JSON when it is ready, and drains for a second on SIGTERM. */
import { ConfigurationError, exitCodeOf, exitCodes, visibleLines } from '@proofmill/contract';
import { parseFlags, startSimulator } from './command.ts';

try {
  // vLLM's server exits with 0 when its engine dies.
  const onDeath = (): never => process.exit(exitCodes.done);
  const { simulator, url, model } = await startSimulator(parseFlags(process.argv.slice(2)), { onDeath });
  const stop = (): void => void simulator.close().then(() => process.exit(exitCodes.done));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ url, model, pid: process.pid })}\n`);
} catch (error) {
  const sentence = error instanceof ConfigurationError ? error.message : String(error);
  process.stderr.write(visibleLines(`${sentence}\n`));
  process.exitCode = exitCodeOf(error);
}
