/**
 * What may be asked once more (promise 9), as the simulation counts it: items of a task that is delivered again for want of an
 * acknowledgement, and those whose task or outcomes NATS held when it lost them. Whatever else is asked twice is over the bound.
 *
 * Two things are known by their number alone, since nobody sees which items they concern:
 *
 *   mistaken    an acknowledgement from before a loss may remove a message that has its number now, so a chunk under way is sent again
 *   taken over  near the end of a stage idle workers ask about open items of others once more, by design. These are counted apart
 */
import type { AskedAnswer } from './request-record.ts';

export interface Asked {
  readonly answers: number;
  /** How often answers were asked for again. */
  readonly again: number;
  /** How often they may be, items that were taken over left out. */
  readonly allowed: number;
  /** Of `again`, those of items that were taken over. */
  readonly takenOver: number;
  /** Answers that were asked for more often than they may be, in sentences. */
  readonly over: readonly string[];
}

export interface Witness {
  /** Each of these items may be asked about once more, or so many times. */
  allow(items: Iterable<string>, times?: number): void;
  /** So many items, whichever, may be asked about once more. */
  allowAny(items: number): void;
  /** A coordinator has offered so many items to idle workers. */
  offered(items: number): void;
  judge(answers: readonly AskedAnswer[]): Asked;
}

interface Beyond {
  readonly again: number;
  readonly sentences: readonly string[];
}

export function witnessOf(): Witness {
  const allowed = new Map<string, number>();
  let any = 0;
  let offers = 0;
  const allowedOf = (items: readonly string[]): number =>
    items.reduce((sum, item) => sum + (allowed.get(item) ?? 0), 0);

  /** Of each item, what the faults that are known by their items do not allow. */
  const beyond = (answers: readonly AskedAnswer[]): Beyond[] => {
    const byItem = new Map<string, Beyond>();
    for (const { answer, items, asked } of answers) {
      const most = allowedOf(items);
      if (asked - 1 <= most) continue;
      const name = items.join(', ') || 'no item of the job';
      const { again, sentences } = byItem.get(name) ?? { again: 0, sentences: [] };
      const sentence = `${name}: answer ${answer} was asked for ${asked} times, ${1 + most} are allowed`;
      byItem.set(name, { again: again + asked - 1 - most, sentences: [...sentences, sentence] });
    }
    return [...byItem.values()];
  };

  return {
    allow(items, times = 1) {
      for (const item of items) allowed.set(item, (allowed.get(item) ?? 0) + times);
    },
    allowAny(items) {
      any += items;
    },
    offered(items) {
      offers += items;
    },
    judge(answers) {
      const found = beyond(answers);
      const takenOver = found.slice(0, offers).reduce((sum, { again }) => sum + again, 0);
      const perItem = answers.length / Math.max(1, new Set(answers.map(({ items }) => items.join())).size);
      return {
        answers: answers.length,
        again: answers.reduce((sum, { asked }) => sum + asked - 1, 0),
        allowed: answers.reduce((sum, { items }) => sum + allowedOf(items), 0) + Math.round(any * perItem),
        takenOver,
        over: found.slice(offers + any).flatMap(({ sentences }) => sentences),
      };
    },
  };
}
