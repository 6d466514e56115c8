/** What the engine was asked, by item, read from its request log. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { pairKey, readRequestLog } from '@proofmill/simulator';

interface Row {
  readonly id: string;
  readonly prompt: readonly { readonly content: string }[];
  readonly responses: readonly string[];
}

/** The ids of the items under each key of the request log. Equal pairs of different shards have one key. */
export type ItemsOfKey = ReadonlyMap<string, readonly string[]>;

export function itemsOfKey(rows: Iterable<string>): ItemsOfKey {
  const items = new Map<string, string[]>();
  for (const line of rows) {
    const { id, prompt, responses } = JSON.parse(line) as Row;
    const [a = '', b = ''] = responses;
    const key = pairKey(prompt[0]?.content ?? '', a, b);
    items.set(key, [...(items.get(key) ?? []), id]);
  }
  return items;
}

export interface AskedAnswer {
  /** Key, order and seed. */
  readonly answer: string;
  readonly items: readonly string[];
  readonly asked: number;
}

export interface RequestRecord {
  readonly bytes: number;
  /** Everything that was asked so far, answer by answer. */
  answers(): AskedAnswer[];
  /** The items that were asked about so far. */
  items(): Set<string>;
  /** The items that were asked about since the log had a size. */
  itemsSince(bytes: number): Set<string>;
}

/** Reads a request log, whenever it is asked. */
export function requestRecord(log: string, items: ItemsOfKey): RequestRecord {
  const askedAfter = (bytes: number): Set<string> => {
    if (!existsSync(log)) return new Set();
    const text = readFileSync(log).subarray(bytes).toString('utf8');
    // The first line may have begun earlier, and the last one may not be complete: both are asked about often enough.
    const keys = [...text.matchAll(/"key":"([0-9a-f]+)"/g)].map(([, key = '']) => key);
    return new Set(keys.flatMap((key) => items.get(key) ?? []));
  };

  return {
    get bytes() {
      return existsSync(log) ? statSync(log).size : 0;
    },
    answers: () =>
      existsSync(log)
        ? readRequestLog(log).entries.map(({ key, order, seed, asked }) => ({
            answer: `${key} ${order} ${seed}`,
            items: items.get(key) ?? [],
            asked,
          }))
        : [],
    items: () => askedAfter(0),
    itemsSince: askedAfter,
  };
}
