/** What the engine was asked, by item, read from its request log; and when, as far as the bed has looked at its size. */
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

export interface RequestRecord extends Disposable {
  readonly bytes: number;
  /** Everything that was asked so far, answer by answer. */
  answers(): AskedAnswer[];
  /** The items that were asked about so far. */
  items(): Set<string>;
  /** The items that were asked about in the last milliseconds, or since a size of the log. */
  itemsSince(since: { readonly ms: number } | { readonly bytes: number }): Set<string>;
}

const sizeEveryMs = 200;

/** Follows a request log until it is disposed of. */
export function followRequests(log: string, items: ItemsOfKey): RequestRecord {
  const sizes: { readonly atMs: number; readonly bytes: number }[] = [];
  const sizeNow = (): number => (existsSync(log) ? statSync(log).size : 0);
  const timer = setInterval(() => void sizes.push({ atMs: performance.now(), bytes: sizeNow() }), sizeEveryMs);
  const sizeBefore = (ms: number): number => sizes.findLast(({ atMs }) => atMs <= performance.now() - ms)?.bytes ?? 0;

  const itemsAfter = (bytes: number): Set<string> => {
    if (!existsSync(log)) return new Set();
    const text = readFileSync(log).subarray(bytes).toString('utf8');
    // The first line may have begun earlier, and the last one may not be complete: both are asked about often enough.
    const keys = [...text.matchAll(/"key":"([0-9a-f]+)"/g)].map(([, key = '']) => key);
    return new Set(keys.flatMap((key) => items.get(key) ?? []));
  };

  return {
    get bytes() {
      return sizeNow();
    },
    answers: () =>
      existsSync(log)
        ? readRequestLog(log).entries.map(({ key, order, seed, asked }) => ({
            answer: `${key} ${order} ${seed}`,
            items: items.get(key) ?? [],
            asked,
          }))
        : [],
    items: () => itemsAfter(0),
    itemsSince: (since) => itemsAfter('ms' in since ? sizeBefore(since.ms) : since.bytes),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
