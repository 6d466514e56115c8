import { mutantsOf } from '../mutant.ts';

const jetstream = { file: 'test/contract/src/jetstream.test.ts' };

export const transport = mutantsOf('transport', [
  {
    name: 'drained-while-in-flight',
    breaks: 'Outcomes that a collector has pulled and not acknowledged count as journalled.',
    file: 'libs/io/jetstream/src/drained.ts',
    from: 'consumer.num_pending === 0 && consumer.num_ack_pending === 0',
    to: 'consumer.num_pending === 0',
    suite: jetstream,
  },
  {
    name: 'full-stream-drops',
    breaks: 'A full stream drops its oldest messages and takes new ones.',
    file: 'libs/io/jetstream/src/streams.ts',
    from: 'discard: DiscardPolicy.New,',
    to: 'discard: DiscardPolicy.Old,',
    suite: jetstream,
  },
  {
    name: 'chunk-queued-twice',
    breaks: 'A chunk may have several task messages.',
    file: 'libs/io/jetstream/src/streams.ts',
    from: 'max_msgs_per_subject: 1,',
    to: 'max_msgs_per_subject: 2,',
    suite: jetstream,
  },
  {
    name: 'memory-drained-too-early',
    breaks: 'The transport in memory says that unacknowledged outcomes are journalled.',
    file: 'libs/io/memory/src/dispatch.ts',
    from: '.every((sequence) => sequence > mark)',
    to: '.every((sequence) => sequence >= mark)',
    suite: { file: 'test/contract/src/memory-transport.test.ts' },
  },
]);
