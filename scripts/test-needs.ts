/**
 * Finds or fetches what the tests need and npm does not install: a nats-server. Prints what it found; if there is none, prints
 * which tests will be skipped and how to run them. Never fails: the tests that need a server skip themselves.
 */
import { findNatsServer } from '@proofmill/nats-server';

const found = await findNatsServer({ report: (line) => console.log(line) });
if (found.path !== null) console.log(`nats-server ${found.version}: ${found.path}`);
else {
  console.log(`No nats-server: ${found.reason}`);
  console.log(
    'Skipped: test/integration, and the parts of test/contract and tools/nats-server that use a real server.',
  );
  console.log(`To run them: ${found.remedy}`);
}
