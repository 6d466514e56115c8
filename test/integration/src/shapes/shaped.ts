/** Records of the known data sets, made of a question, responses and what the corpus says of them: the other way round than they are read. */

/** The better response, `tie`: they are equally good, `none`: the corpus does not say. */
export type Best = number | 'tie' | 'none';

export interface Shaped {
  /** The name of the shape. */
  readonly name: string;
  /** How many responses a record has. Default: 2. */
  readonly count?: number;
  /** What its labels can say. Default: all but `none`. `first`: the names of the columns say it. */
  readonly labels?: 'first' | 'no ties' | 'none';
  /** The id of record n, where it has one. */
  readonly id?: (n: number) => string;
  record(made: Made): object;
}

export interface Made {
  readonly question: string;
  readonly responses: readonly string[];
  readonly best: Best;
  readonly n: number;
}

export const user = (content: string) => ({ role: 'user', content });
export const assistant = (content = '') => ({ role: 'assistant', content });

/** One of three by what the label says. */
export const by = <T>(best: Best, first: T, second: T, tie: T): T => (best === 0 ? first : best === 1 ? second : tie);

/** A number for each response, the highest for the best. */
export const ratings = ({ responses, best }: Made): number[] =>
  responses.map((_, at) => (best === 'tie' || best === at ? 5 : 2));
export const ranks = (made: Made, from: number): number[] =>
  ratings(made).map((rating) => (rating === 5 ? from : from + 1));
