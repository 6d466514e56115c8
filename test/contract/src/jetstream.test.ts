import { subjects } from '@proofmill/contract';
import {
  type Connection,
  connectNats,
  jetstreamDispatch,
  jetstreamOutcomeSink,
  jetstreamOutcomes,
  jetstreamTasks,
} from '@proofmill/jetstream';
import { type NatsServer, natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { afterAll, beforeAll, describe } from 'vitest';
import { coordinator as signer } from './transport-ends.ts';
import { type MakeTransport, transportSuite } from './transport-suite.ts';

const skipReason = await natsSkipReason();
let server: NatsServer;
let runs = 0;

const make: MakeTransport = async ({ partitions, ...limits }) => {
  runs += 1;
  const run = `job-${runs}-label-0123abcd`;
  const coordinator = await connectNats({ url: server.url, name: 'coordinator' });
  const workers = await connectNats({ url: server.url, name: 'worker' });
  const dispatch = jetstreamDispatch(coordinator, { run, partitions, ...limits });
  let copied: Parameters<Connection['client']['request']>[2] = { timeout: 5_000 };
  workers.client.subscribe(subjects.done(run), {
    callback(_error, { headers }) {
      // With it the stream takes the message at its own place only.
      headers?.delete('Nats-Expected-Last-Sequence');
      if (headers) copied = { timeout: 5_000, headers };
    },
  });
  return {
    run,
    dispatch,
    worker: () => jetstreamTasks(workers, { run, doneKey: signer.publicKey, waitMs: 500 }),
    sink: jetstreamOutcomeSink(workers, { run }),
    outcomes: jetstreamOutcomes(coordinator, { run, waitMs: 500 }),
    async forgeDone() {
      const answer = await workers.client.request(subjects.done(run), 'the run is done', copied);
      if (answer.json<{ seq?: number }>().seq === undefined) throw new Error('nothing was stored');
    },
    vanish: () => dispatch.remove(),
    async close() {
      await dispatch.remove();
      await workers.close();
      await coordinator.close();
    },
  };
};

describe.skipIf(skipReason)(`on a real server${skipReason && `: skipped. ${skipReason}`}`, () => {
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());
  transportSuite('JetStream', make);
});
