/**
 * Counts what the engines were asked, and what may be asked once more (promise 9): the items of a task that is delivered again
 * for want of an acknowledgement; those whose task or outcomes were in the transport when it was lost, or were removed from it by
 * a pre-loss acknowledgement; suspects; what a collector has refused, twice; what a worker that was asked to stop, or gives its engine up, leaves out of a task; and, once, items that idle workers
 * take over. Everything else asked twice is a bug.
 */
import { bounds, type Task, type TaskDelivery } from '@proofmill/contract';
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
  /** A journal was damaged: what was stored in it may be asked about again. */
  journalDamaged(): void;
  /** Adds a sentence to what is wrong. */
  wrong(sentence: string): void;
  /** A role was asked to stop, or a worker will give its engine up: it hands back what it has begun. */
  mayLeaveOut(): void;
  /** A pre-loss acknowledgement removed an unacknowledged message that has its number now. */
  removedByMistake(removed: { readonly task: Task } | { readonly batch: Uint8Array }): void;
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
  const stored = new Map<Uint8Array, string[]>();
  const publishedBefore = new Set<string>();
  const inDeadEngines = new Set<string>();
  const wrongs: string[] = [];
  /** Items with an outcome: a suspicion is none. */
  const everStored = new Set<string>();
  const refusedDrives = new Map<string, Set<number>>();
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
    },
    acknowledged(delivery) {
      inFlight.delete(delivery.header);
      if (leavesOut) allow(itemsOf(delivery).filter((item) => !everStored.has(item)));
    },
    outcomesStored(batch) {
      const items: string[] = [];
      for (const frame of frameReader(crc32).feed(batch)) {
        const outcome = frameContent(frame.bytes) as { itemDigest: string; body: ForeignBody };
        const item = names.get(outcome.itemDigest) ?? outcome.itemDigest;
        items.push(item);
        if (isForeign(outcome.body)) noteRefusal(item, frame.drive);
        if (outcome.body.type !== 'suspect') everStored.add(item);
        else {
          allow([item]);
          if (!inDeadEngines.has(item)) wrongs.push(`${item} is a suspect, and no engine died with it`);
        }
      }
      stored.set(batch, items);
    },
    outcomesAcknowledged(batch) {
      stored.delete(batch);
    },
    wrong: (sentence) => void wrongs.push(sentence),
    mayLeaveOut() {
      leavesOut = true;
    },
    transportLost() {
      for (const items of inFlight.values()) allow(items);
      for (const items of stored.values()) allow(items);
      inFlight.clear();
      stored.clear();
    },
    journalDamaged: () => allow([...everStored]),
    removedByMistake(removed) {
      if ('task' in removed) {
        if (inFlight.has(removed.task.header)) allow(itemsOf(removed.task));
        return;
      }
      allow(stored.get(removed.batch) ?? []);
      stored.delete(removed.batch);
    },
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
