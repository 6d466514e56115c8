/** Planted bugs, each a port that lies. They are the canaries of the simulation, which must catch every one. */
import {
  type Checkpoint,
  type Dispatch,
  type DoneMessage,
  type Store,
  sealedText,
  type Task,
  unseal,
} from '@proofmill/contract';
import type { MemoryJournals } from '@proofmill/test-kit';
import type { Setting } from './setting.ts';

export interface Mutant {
  readonly name: string;
  store(store: Store): Store;
  collectorJournals(journals: MemoryJournals): MemoryJournals;
  coordinatorJournals(journals: MemoryJournals): MemoryJournals;
  dispatch(dispatch: Dispatch): Dispatch;
  /** Which message a worker believes that says that its run is over. Default: one that its coordinator has signed. */
  readonly isGenuine?: (done: DoneMessage) => boolean;
  /** How many histories may be needed, where the bug shows seldom. */
  readonly histories?: number;
  /** What a history has to have for the bug to show. */
  readonly setting?: Partial<Setting>;
}

const same = <Port>(port: Port): Port => port;

export const healthy: Mutant = {
  name: 'healthy',
  store: same,
  collectorJournals: same,
  coordinatorJournals: same,
  dispatch: same,
};

const acknowledgeBeforeSync: Mutant = {
  ...healthy,
  name: 'acknowledge before sync',
  collectorJournals: (journals) => ({
    ...journals,
    async create(partition) {
      return { ...(await journals.create(partition)), sync: async () => undefined };
    },
  }),
};

/** The same, where only a machine's death loses what was not synced. */
const syncNothing: Mutant = {
  ...acknowledgeBeforeSync,
  name: 'sync nothing',
  setting: { crashes: 0, machineDeaths: 3 },
};

/** Reads another collector's journal without making durable what it gives. */
const readWithoutSync: Mutant = {
  ...healthy,
  name: 'act on what was read and not synced',
  histories: 300,
  setting: { collectors: 3, machineDeaths: 8, crashes: 4 },
  collectorJournals: (journals) => ({
    ...journals,
    // A copy has the bytes, and what is synced in it is not synced here.
    read: (partition, epoch, offset, length) => journals.copy().read(partition, epoch, offset, length),
  }),
};

/** Takes a journal for durable that could not be synced, as the system does that reports a lost page only once. */
const trustFailedSync: Mutant = {
  ...healthy,
  name: 'acknowledge after a failed sync',
  setting: { storeFailures: 3, machineDeaths: 3 },
  collectorJournals: (journals) => ({
    ...journals,
    async create(partition) {
      const writer = await journals.create(partition);
      return { ...writer, sync: () => writer.sync().catch(() => undefined) };
    },
  }),
};

/** Takes an object for created that found no room. */
const ignoreFailedWrite: Mutant = {
  ...healthy,
  name: 'ignore a failed write',
  setting: { storeFailures: 3 },
  store: (store) => ({
    ...store,
    write: (path, content) =>
      store.write(path, content).catch(() => {
        const name = typeof path === 'string' ? path : path('0'.repeat(64));
        return { path: name, created: true, bytes: 0, sha256: '0'.repeat(64) };
      }),
  }),
};

/** Creates by replacing an existing object, as a plain rename does. */
const overwriteInsteadOfCreate: Mutant = {
  ...healthy,
  name: 'overwrite instead of create',
  store: (store) => ({
    ...store,
    async write(path, content) {
      const name = typeof path === 'string' ? path : null;
      if (name !== null) await store.remove(name);
      return store.write(path, content);
    },
  }),
};

const forgetOtherEpochs: Mutant = {
  ...healthy,
  name: "forget another epoch's journal",
  collectorJournals: (journals) => {
    const own = new Set<number>();
    return {
      ...journals,
      async create(partition) {
        const writer = await journals.create(partition);
        own.add(writer.epoch);
        return writer;
      },
      epochs: async (partition, after) => (await journals.epochs(partition, after)).filter((epoch) => own.has(epoch)),
    };
  },
};

/** Sends every uncommitted chunk again at each look, whoever may be working on it. */
const driveByTime: Mutant = {
  ...healthy,
  name: 'drive by time',
  dispatch: (dispatch) => ({ ...dispatch, queued: async () => new Set(), drained: async () => true }),
};

/** Takes a transport that has lost messages for one that has lost everything, and sends each chunk again. */
const sendAllAfterRestore: Mutant = {
  ...healthy,
  name: 'send everything again after a restore',
  setting: { restores: 2 },
  dispatch(dispatch) {
    const sent: Task[] = [];
    let lastMark = 0;
    return {
      ...dispatch,
      async publish(task) {
        sent.push(task);
        return dispatch.publish(task);
      },
      async mark() {
        const mark = await dispatch.mark();
        const again = mark < lastMark ? sent.splice(0) : [];
        for (const { header, frame } of again) await dispatch.publish({ header: { ...header }, frame });
        lastMark = mark;
        return mark;
      },
    };
  },
};

/** Says that what it has stored found no room, so that it is offered again. */
const offerAgain: Mutant = {
  ...healthy,
  name: 'offer the same items to idle workers again and again',
  dispatch: (dispatch) => ({
    ...dispatch,
    async publish(task) {
      const answer = await dispatch.publish(task);
      return task.header.takeOver ? 'full' : answer;
    },
  }),
};

const mendNothing: Mutant = {
  ...healthy,
  name: 'mend nothing that the transport does not deliver',
  setting: { sightLosses: 3 },
  dispatch: (dispatch) => ({ ...dispatch, mend: async () => [] }),
};

const believeAnyDone: Mutant = {
  ...healthy,
  name: 'believe a done that nobody has signed',
  setting: { forgedDones: 3 },
  isGenuine: () => true,
};

/** Sends what was refused as if it had never been sent, so that refusals do not add up. */
const refuseWithoutBound: Mutant = {
  ...healthy,
  name: 'send refused items again without counting',
  setting: { otherVersion: 'one item' },
  dispatch: (dispatch) => ({
    ...dispatch,
    publish: (task) => dispatch.publish({ ...task, header: { ...task.header, drive: 1 } }),
  }),
};

const dropWinnersFile: Mutant = {
  ...healthy,
  name: "drop a staged file the winner's manifest names",
  store: (store) => ({
    ...store,
    async remove(path) {
      await store.remove(path);
      const [stem] = path.split(/\.e\d+\./);
      for (const twin of await store.list(stem ?? path)) if (twin.includes('/staging/')) await store.remove(twin);
    },
  }),
};

/** Shows the journals as they were when the stream was asked, although they are read later. */
const journalsBeforeStream = (): Mutant => {
  const seen = new Map<string, number>();
  let look: () => Promise<void> = async () => undefined;
  return {
    ...healthy,
    name: 'ask the journals before the stream',
    coordinatorJournals(journals) {
      look = async () => {
        for (let partition = 0; partition < 2; partition += 1) {
          for (const epoch of await journals.epochs(partition)) {
            let bytes = 0;
            for await (const piece of journals.read(partition, epoch, 0)) bytes += piece.length;
            seen.set(`${partition}/${epoch}`, bytes);
          }
        }
      };
      return {
        ...journals,
        async *read(partition, epoch, offset) {
          const end = seen.get(`${partition}/${epoch}`) ?? 0;
          if (end > offset) yield* journals.read(partition, epoch, offset, end - offset);
        },
      };
    },
    dispatch: (dispatch) => ({
      ...dispatch,
      async queued(shard) {
        await look();
        return dispatch.queued(shard);
      },
    }),
  };
};

/** Writes checkpoints that have read all of the journals and remember nothing of it. */
const forgetInCheckpoints: Mutant = {
  ...healthy,
  name: 'write checkpoints that do not know what was read',
  setting: { checkpointBytes: 300 },
  store: (store) => ({
    ...store,
    async write(path, content) {
      if (typeof path !== 'string' || !path.includes('/checkpoints/')) return store.write(path, content);
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const unsealed = unseal(Buffer.concat(pieces));
      if (unsealed.state !== 'sound') throw new Error('a checkpoint has no seal');
      const forgetful = { ...(unsealed.value as Checkpoint), shards: [] };
      return store.write(path, [new TextEncoder().encode(sealedText(forgetful))]);
    },
  }),
};

/** Acknowledges what it appends to a journal that another collector has ended, and that nobody reads any more. */
const writeOnAfterTheEnd: Mutant = {
  ...healthy,
  name: 'acknowledge outcomes in a journal that was ended',
  setting: { collectors: 2, crashes: 10 },
  collectorJournals: (journals) => ({
    ...journals,
    async create(partition) {
      const writer = await journals.create(partition);
      return {
        ...writer,
        sync: async () => {
          if ((await journals.lengthOfEnded(partition, writer.epoch)) === null) await writer.sync();
        },
      };
    },
  }),
};

/** A new mutant for each history, since some of them have state. */
export const mutants: readonly (() => Mutant)[] = [
  () => acknowledgeBeforeSync,
  () => syncNothing,
  () => readWithoutSync,
  () => trustFailedSync,
  () => ignoreFailedWrite,
  () => overwriteInsteadOfCreate,
  () => forgetOtherEpochs,
  () => driveByTime,
  () => offerAgain,
  () => sendAllAfterRestore,
  () => mendNothing,
  () => believeAnyDone,
  () => refuseWithoutBound,
  () => dropWinnersFile,
  () => forgetInCheckpoints,
  () => writeOnAfterTheEnd,
  journalsBeforeStream,
];
