/** What a corpus says about one question and its responses. */

/** A pair whose better response is known. */
export interface GoldPair {
  readonly question: string;
  readonly better: string;
  readonly worse: string;
  /** Why it is better, in one or two sentences that name neither A nor B. */
  readonly explanation: string | null;
}

/** A question with its responses, all without surrounding white space. */
export interface KnownItem {
  readonly question: string;
  readonly responses: readonly string[];
  /** How good each response is: higher is better, equal ranks are a tie. Null where the corpus does not say. */
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

/** The item's rank for a response; null where the corpus does not say. */
export const rankOf = (item: KnownItem | null, response: string): number | null =>
  item?.ranks?.[item.responses.indexOf(response.trim())] ?? null;
