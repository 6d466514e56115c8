/**
 * Counts what the engines were asked, and what may be asked once more (promise 9). Everything else that is asked twice is a bug. These
 * items may be asked once more:
 *
 *   delivered again  those of a task whose acknowledgement is overdue, or that a new consumer delivers
 *   lost             those of a task that a worker has, and of outcomes that no collector has acknowledged, when the transport loses their
 *                    message: in a wipe, because an earlier copy of its store lacks it, with the end of a stream, in a stream that cannot
 *                    be read, or by a pre-loss acknowledgement
 *   returned         those of a task that was acknowledged and is in the transport again: an earlier copy had it, or another message of
 *                    the same chunk
 *   journal          those of which a damaged journal no longer gives the outcome; and again for each coordinator that is started then,
 *                    which counts its drives from the first: a collector takes that one for a repeated one
 *   suspect, refused those that an engine died with; those that a collector has refused, twice
 *   left out         those that a worker has left out of a task, because it was asked to stop or gave its engine up
 *   taken over       those that idle workers take over, once
 *
 * An item that one fault has lost and brought back may be asked once more, not twice: whoever has the task that came back asks, and until
 * then it is not sent again. Where the task of its chunk and the one that takes it over both came back, whoever has either asks.
 */
import { bounds, type Task, type TaskDelivery } from '@proofmill/contract';
import type { Change, Content } from '@proofmill/memory';
import { type Crc32, frameContent, frameReader } from '@proofmill/merge';
import { decodePackLines } from '@proofmill/plan';
import { foreignTokens } from './other-version.ts';

interface ForeignBody {
  readonly type: string;
  readonly tokens?: { readonly prompt: number | null };
}

const isForeign = ({ tokens }: ForeignBody): boolean => tokens?.prompt === foreignTokens.prompt;

export interface Witness {
  /** `item` as in `LABEL q7`; `answer` names the item, the order and the seed. */
  asked(item: string, answer: string): void;
  published(task: Task): void;
  delivered(delivery: Pick<TaskDelivery, 'header' | 'frame'>): void;
  acknowledged(delivery: Pick<TaskDelivery, 'header' | 'frame'>): void;
  outcomesStored(batch: Uint8Array): void;
  outcomesAcknowledged(batch: Uint8Array): void;
  transportLost(): void;
  /** The transport has lost a message that nobody had acknowledged. */
  lost(content: Content): void;
  /** A fault has taken messages from the transport, and has brought others back. */
  transportChanged(change: Change): void;
  /** A journal was damaged: it gives these frames no longer. */
  journalDamaged(frames: Uint8Array): void;
  coordinatorStarted(): void;
  /** Adds a sentence to what is wrong. */
  wrong(sentence: string): void;
  /** A role was asked to stop, or a worker will give its engine up: it hands back what it has begun. */
  mayLeaveOut(): void;
  /** An engine died with these items in flight: only they may become suspects. */
  engineDied(items: readonly string[]): void;
  /** The item with a digest, as in `LABEL q7`, where it was delivered. */
  itemOf(digest: string): string | undefined;
  /** Sentences on answers asked for more often than allowed, and on suspects that no engine died with. */
  excess(): string[];
  readonly askedTwice: number;
  readonly answers: number;
  /** How often the answer was asked for that was asked for most often. */
  readonly mostAsked: number;
}

export function witnessOf(options: { crc32: Crc32; coordinatorTwins: boolean }): Witness {
  const { crc32, coordinatorTwins } = options;
  const asks = new Map<string, { item: string; count: number }>();
  const allowed = new Map<string, number>();
  // Keyed by the header object of each message: a late acknowledgement of one message must not count for the next.
  const inFlight = new Map<TaskDelivery['header'], string[]>();
  const everDelivered = new WeakSet<TaskDelivery['header']>();
  const acknowledgedChunks = new Set<string>();
  /** A delivery that is acknowledged once more removes the task that has come back since. */
  const acknowledgedDeliveries = new WeakSet<object>();
  const stored = new Map<Uint8Array, string[]>();
  /** Some are lost as they are stored. */
  const lostBatches = new WeakSet<Uint8Array>();
  const publishedBefore = new Set<string>();
  const inDeadEngines = new Set<string>();
  const wrongs: string[] = [];
  /** Items with an outcome: a suspicion is none. */
  const everStored = new Set<string>();
  const refusedDrives = new Map<string, Set<number>>();
  /** Items of which a damaged journal no longer gives the outcome. */
  const damaged = new Set<string>();
  let leavesOut = false;
  let mostAsked = 0;

  /** Collectors refuse it: the item may be sent again as another drive, until there are as many refusals as fail it. */
  const noteRefusal = (item: string, drive: number): void => {
    const drives = refusedDrives.get(item) ?? new Set();
    refusedDrives.set(item, drives);
    if (drives.size < bounds.refusals - 1 && !drives.has(drive)) allow([item]);
    drives.add(drive);
  };

  const allow = (items: readonly string[]): void => {
    for (const item of items) allowed.set(item, (allowed.get(item) ?? 0) + 1);
  };
  const names = new Map<string, string>();
  // Codecs are synchronous and frames are plain in a simulation, so a frame is its content.
  const itemsOf = ({ header, frame }: Pick<TaskDelivery, 'header' | 'frame'>): string[] =>
    decodePackLines(frame).flatMap((line) => {
      if (!line.ask || (header.only && !header.only.includes(line.index))) return [];
      const name = `${line.prior ? 'PROVE' : 'LABEL'} ${line.item.prompt[0]?.content}`;
      names.set(line.digest, name);
      return [name];
    });
  const outcomesIn = (frames: Uint8Array): { item: string; drive: number; body: ForeignBody }[] =>
    [...frameReader(crc32).feed(frames)].map(({ bytes, drive }) => {
      const { itemDigest, body } = frameContent(bytes) as { itemDigest: string; body: ForeignBody };
      return { item: names.get(itemDigest) ?? itemDigest, drive, body };
    });
  const itemsIn = (frames: Uint8Array): string[] => outcomesIn(frames).map(({ item }) => item);
  /** The items that have to be asked again without this message: those of a task that nobody has are asked for the first time. */
  const lostItems = (content: Content): string[] => {
    if ('task' in content) {
      const items = inFlight.get(content.task.header) ?? [];
      inFlight.delete(content.task.header);
      return items;
    }
    if (lostBatches.has(content.batch)) return [];
    lostBatches.add(content.batch);
    stored.delete(content.batch);
    return itemsIn(content.batch);
  };
  const chunkOf = ({ header }: Pick<TaskDelivery, 'header'>): string => `${header.run}/${header.shard}/${header.chunk}`;

  return {
    asked(item, answer) {
      const known = asks.get(answer);
      if (known) known.count += 1;
      else asks.set(answer, { item, count: 1 });
      mostAsked = Math.max(mostAsked, known?.count ?? 1);
    },
    published(task) {
      if (task.header.takeOver) return allow(itemsOf(task));
      const key = chunkOf(task);
      // Two coordinators may each find the same chunk missing, one of them too late: twins cost work.
      if (coordinatorTwins && publishedBefore.has(key)) allow(itemsOf(task));
      publishedBefore.add(key);
    },
    delivered(delivery) {
      if (inFlight.has(delivery.header)) allow(itemsOf(delivery));
      inFlight.set(delivery.header, itemsOf(delivery));
      everDelivered.add(delivery.header);
    },
    acknowledged(delivery) {
      if (acknowledgedDeliveries.has(delivery)) allow(inFlight.get(delivery.header) ?? []);
      acknowledgedDeliveries.add(delivery);
      acknowledgedChunks.add(chunkOf(delivery));
      inFlight.delete(delivery.header);
      if (leavesOut) allow(itemsOf(delivery).filter((item) => !everStored.has(item)));
    },
    outcomesStored(batch) {
      for (const { item, drive, body } of outcomesIn(batch)) {
        if (isForeign(body)) noteRefusal(item, drive);
        if (body.type !== 'suspect') everStored.add(item);
        else {
          allow([item]);
          if (!inDeadEngines.has(item)) wrongs.push(`${item} is a suspect, and no engine died with it`);
        }
      }
      if (!lostBatches.has(batch)) stored.set(batch, itemsIn(batch));
    },
    outcomesAcknowledged(batch) {
      stored.delete(batch);
    },
    wrong: (sentence) => void wrongs.push(sentence),
    mayLeaveOut() {
      leavesOut = true;
    },
    transportLost() {
      allow([...new Set([...inFlight.values(), ...stored.values()].flat())]);
      inFlight.clear();
      stored.clear();
    },
    lost: (content) => allow(lostItems(content)),
    transportChanged({ lost, returned }) {
      const again = new Map(lost.flatMap(lostItems).map((item) => [item, 0]));
      for (const content of returned) {
        if ('batch' in content || inFlight.has(content.task.header)) continue;
        if (!everDelivered.has(content.task.header) && !acknowledgedChunks.has(chunkOf(content.task))) continue;
        for (const item of itemsOf(content.task)) again.set(item, (again.get(item) ?? 0) + 1);
      }
      allow([...again].flatMap(([item, tasks]) => Array.from({ length: Math.max(1, tasks) }, () => item)));
    },
    journalDamaged(frames) {
      const items = new Set(itemsIn(frames));
      for (const item of items) damaged.add(item);
      allow([...items]);
    },
    coordinatorStarted: () => allow([...damaged]),
    itemOf: (digest) => names.get(digest),
    engineDied(items) {
      for (const item of items) inDeadEngines.add(item);
    },
    excess() {
      const repeated = [...asks]
        .filter(([, { item, count }]) => count > 1 + (allowed.get(item) ?? 0))
        .map(
          ([answer, { item, count }]) =>
            `${answer} was asked ${count} times, ${1 + (allowed.get(item) ?? 0)} are allowed`,
        );
      return [...wrongs, ...repeated];
    },
    get askedTwice() {
      return [...asks.values()].reduce((sum, { count }) => sum + count - 1, 0);
    },
    get answers() {
      return asks.size;
    },
    get mostAsked() {
      return mostAsked;
    },
  };
}
