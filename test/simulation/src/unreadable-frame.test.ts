import { type Codec, IntegrityError, stagePaths, type Task } from '@proofmill/contract';
import { coordinate } from '@proofmill/coordinate';
import { memoryTransport } from '@proofmill/memory';
import { systemClock } from '@proofmill/runtime';
import { memoryJournals, memoryStore, plainCodec } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { exampleOf } from './example.ts';

it('a chunk that cannot be read back from its frame stops the plan, since nobody could ever read it', async () => {
  const example = exampleOf(1);
  const clock = systemClock();
  const objects = new Map<string, Uint8Array>();
  const sent: Task[] = [];
  const stage = { run: 'job-label-0123abcd', partitions: example.job.spec.output.partitions };
  const transport = memoryTransport({ clock, stage });
  const paths = stagePaths('label');
  const codec: Codec = {
    ...plainCodec,
    async compress(bytes) {
      return !objects.has(paths.entry(0)) ? bytes : bytes.map((byte, position) => (position === 20 ? byte ^ 1 : byte));
    },
  };
  await expect(
    coordinate({
      job: example.job,
      profiles: example.profiles,
      corpus: example.corpus,
      store: memoryStore(objects),
      journalsOf: memoryJournals,
      dispatchOf: () => ({
        ...transport.dispatch,
        async publish(task) {
          sent.push(task);
          return transport.dispatch.publish(task);
        },
      }),
      signing: { secret: null, draw: () => 'a secret that nobody would guess' },
      codec,
      clock,
      stop: AbortSignal.timeout(10_000),
    }),
  ).rejects.toThrow(IntegrityError);
  expect(objects.has(paths.entry(0))).toBe(true);
  expect(objects.has(paths.pack(1))).toBe(false);
  expect(sent.every(({ header }) => header.shard === 0)).toBe(true);
});
