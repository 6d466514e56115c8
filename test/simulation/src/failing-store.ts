/** A store and its journals, which fail for a while: the disk is full, the disk reports errors, the object store answers 503. */
import { type Store, UnavailableError } from '@proofmill/contract';
import type { MemoryJournals } from '@proofmill/test-kit';
import type { World } from './world.ts';

export const storeFailures = ['ENOSPC', 'EIO', '503'] as const;
export type StoreFailure = (typeof storeFailures)[number];

/** What fails now; null: nothing does. */
type Now = () => StoreFailure | null;

const errorOf = (failure: StoreFailure): UnavailableError =>
  new UnavailableError(failure === '503' ? 's3' : failure, `the store fails (${failure})`);

/** A full disk still gives what it holds. */
function mustRead(now: Now): void {
  const failure = now();
  if (failure !== null && failure !== 'ENOSPC') throw errorOf(failure);
}

export function failingStore(store: Store, world: World, now: Now): Store {
  /** The answer of an object store may be lost once the call has taken effect. */
  const change = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const failure = now();
    if (failure === null) return call();
    if (failure === '503' && world.chance() < 0.5) await call();
    throw errorOf(failure);
  };
  return {
    ...store,
    async read(path, range) {
      mustRead(now);
      return store.read(path, range);
    },
    async *stream(path) {
      mustRead(now);
      yield* store.stream(path);
    },
    async list(prefix, most) {
      mustRead(now);
      return store.list(prefix, most);
    },
    write: (path, content) => change(() => store.write(path, content)),
    promote: (from, to) => change(() => store.promote(from, to)),
    remove: (path) => (now() === 'ENOSPC' ? store.remove(path) : change(() => store.remove(path))),
  };
}

export function failingJournals(journals: MemoryJournals, world: World, now: Now): MemoryJournals {
  return {
    ...journals,
    async create(partition) {
      const failure = now();
      if (failure !== null) throw errorOf(failure);
      const writer = await journals.create(partition);
      /** Final, as a writer promises. */
      let failed: UnavailableError | null = null;
      const fail = (reason: StoreFailure): never => {
        failed = errorOf(reason);
        throw failed;
      };
      return {
        ...writer,
        async append(bytes) {
          if (failed) throw failed;
          const reason = now();
          if (reason !== 'ENOSPC') return writer.append(bytes);
          await writer.append(bytes.subarray(0, world.between(0, bytes.length - 1)));
          return fail(reason);
        },
        async sync() {
          if (failed) throw failed;
          const reason = now();
          if (reason === null) return writer.sync();
          // The system drops what it could not write, and never says so again.
          journals.dropUnsynced(partition, writer.epoch, world.between(0, 40));
          return fail(reason);
        },
      };
    },
    async epochs(partition) {
      mustRead(now);
      return journals.epochs(partition);
    },
    async *read(partition, epoch, offset, length) {
      mustRead(now);
      yield* journals.read(partition, epoch, offset, length);
    },
  };
}
