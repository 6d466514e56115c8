/** What the judge knows: items of a corpus, from files it reads itself and never from a request. */
import { createLocate, type Located } from './locate-item.ts';

/** One pair whose better response is known. */
export interface GoldPair {
  readonly question: string;
  readonly better: string;
  readonly worse: string;
  /** Why, in one or two sentences that name neither A nor B. */
  readonly explanation: string | null;
}

/** A question with its responses. White space around a response counts for nothing. */
export interface KnownItem {
  readonly question: string;
  readonly responses: readonly string[];
  /** How good each response is: a higher one is better, equal ones are not told apart. Null: the corpus does not say. */
  readonly ranks: readonly number[] | null;
  readonly explanation: string | null;
}

export const knownItem = (
  question: string,
  responses: readonly string[],
  ranks: readonly number[] | null,
  explanation: string | null,
): KnownItem => ({
  question: question.trim(),
  responses: responses.map((response) => response.trim()),
  ranks,
  explanation,
});

export const knownPair = ({ question, better, worse, explanation }: GoldPair): KnownItem =>
  knownItem(question, [better, worse], [1, 0], explanation);

/** Finds what is known. */
export interface Gold {
  readonly size: number;
  /** The item with this question and all these responses. A prompt of many turns may hold more than the item's question. */
  find(question: string, ...responses: string[]): KnownItem | null;
  /** The item whose question, and two of whose responses, stand in a text, in whatever frame. */
  locate(text: string): Located | null;
}

/** Indexes items by their questions and by their responses. */
export function createGold(items: Iterable<KnownItem>): Gold {
  const all = [...items];
  const byQuestion = groups(all, ({ question }) => [question]);
  const byResponse = groups(all, ({ responses }) => new Set(responses));
  let locate: ReturnType<typeof createLocate> | undefined;
  return {
    size: all.length,
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
      // Only prompts in a frame that is not read by its marks need it.
      locate ??= createLocate(all);
      return locate(text);
    },
  };
}

function groups(items: readonly KnownItem[], keysOf: (item: KnownItem) => Iterable<string>): Map<string, KnownItem[]> {
  const grouped = new Map<string, KnownItem[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const others = grouped.get(key);
      if (others) others.push(item);
      else grouped.set(key, [item]);
    }
  }
  return grouped;
}

/** The item's rank for a response; null where the corpus does not say. */
export const rankOf = (item: KnownItem | null, response: string): number | null =>
  item?.ranks?.[item.responses.indexOf(response.trim())] ?? null;
