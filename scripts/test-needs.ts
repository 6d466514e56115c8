/**
 * What the tests need beyond npm: a nats-server. Finds it or brings it before they run, and says so; where that cannot be
 * done, says what is left out and what would help. Never fails: the tests that need it skip themselves.
 */
import { findNatsServer } from '@proofmill/nats-server';

const found = await findNatsServer({ say: (line) => console.log(line) });
if (found.path !== null) console.log(`nats-server ${found.version}: ${found.path}`);
else {
  console.log(`No nats-server: ${found.reason}`);
  console.log(
    'Skipped: test/integration, and the parts of test/contract and tools/nats-server that ask a real server.',
  );
  console.log(`To run them: ${found.remedy}`);
}
