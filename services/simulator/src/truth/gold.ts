/** What the judge knows: items of a corpus. They come from files that it reads itself, never from a request. */
import type { KnownItem } from './known-item.ts';
import { createItemLocator, type LocatedItem } from './locate-item.ts';

/** Looks items up. */
export interface Gold {
  readonly size: number;
  /** The item with this question and all these responses. A prompt of many turns may hold more than the item's question. */
  find(question: string, ...responses: string[]): KnownItem | null;
  /** The item whose question appears in a text with two of its responses, whatever surrounds them. */
  locate(text: string): LocatedItem | null;
}

/** Indexes items by question and by response. */
export function createGold(items: Iterable<KnownItem>): Gold {
  const allItems = [...items];
  const byQuestion = itemsByKey(allItems, ({ question }) => [question]);
  const byResponse = itemsByKey(allItems, ({ responses }) => new Set(responses));
  let locate: ReturnType<typeof createItemLocator> | undefined;
  return {
    size: allItems.length,
    find(question, ...responses) {
      const texts = responses.map((response) => response.trim());
      const hasAll = (item: KnownItem): boolean => texts.every((text) => item.responses.includes(text));
      return (
        byQuestion.get(question.trim())?.find(hasAll) ??
        byResponse.get(texts[0] ?? '')?.find((item) => hasAll(item) && question.includes(item.question)) ??
        null
      );
    },
    locate(text) {
      // Built at the first use: only prompts without known marks need it.
      locate ??= createItemLocator(allItems);
      return locate(text);
    },
  };
}

function itemsByKey(
  items: readonly KnownItem[],
  keysOf: (item: KnownItem) => Iterable<string>,
): Map<string, KnownItem[]> {
  const grouped = new Map<string, KnownItem[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = grouped.get(key);
      if (group) group.push(item);
      else grouped.set(key, [item]);
    }
  }
  return grouped;
}
