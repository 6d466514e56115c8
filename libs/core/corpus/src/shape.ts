/** The shape of a record as data: which columns hold what, and what the gold label means. */

/** A part of the conversation in front of the responses. Parts that a record does not have are left out. */
export type Part =
  /** A text of the user, or a conversation in any form that turns.ts reads. */
  | { readonly kind: 'turns'; readonly at: string }
  | { readonly kind: 'system'; readonly at: string }
  /** What the assistant could call: lines of a system message. */
  | { readonly kind: 'tools'; readonly at: string }
  /** Texts that make one turn of the user, each after its heading, with a blank line between them. */
  | {
      readonly kind: 'text';
      readonly of: readonly { readonly at: string; readonly heading?: string }[];
      readonly end?: string;
    };

export type ResponsesAt =
  /** One column for each response. */
  | { readonly kind: 'columns'; readonly at: readonly string[] }
  /** A list of responses. */
  | { readonly kind: 'list'; readonly at: string }
  /** The columns PREFIX1, PREFIX2, .. as far as the record has them. */
  | { readonly kind: 'numbered'; readonly prefix: string }
  /** The better response and the worse one; where they are lists of texts, all better and all worse ones. */
  | { readonly kind: 'sides'; readonly better: string; readonly worse: string };

/** What a value of a label means: the index of a response, a tie of all, or no label. */
export type Verdict = number | 'tie' | 'none';

/** How the gold label is written down. */
export type Gold =
  | { readonly kind: 'none' }
  /** The names of the columns say which response is better: `sides`. A label that is a letter must not contradict them. */
  | { readonly kind: 'sides' }
  /** A, B, ..; A>B, B>A; A=B, tie. A number is refused: nobody can tell what it means. */
  | { readonly kind: 'letters'; readonly at: string }
  /** The index itself, 0 is the first response; `tied` lists several that are equally good. */
  | { readonly kind: 'index'; readonly at: string; readonly tied: string }
  | { readonly kind: 'values'; readonly at: string; readonly values: Readonly<Record<string, Verdict>> }
  /** One column for each verdict, of which one holds 1 or true. */
  | { readonly kind: 'one-hot'; readonly at: readonly string[]; readonly tie: string | null }
  /** A number for each response: a list, or a column each. The best one wins; equal ones tie. */
  | { readonly kind: 'ratings'; readonly at: string | readonly string[]; readonly best: 'highest' | 'lowest' }
  /** A number on a scale: below the middle the first response is better, above it the second, at the middle they tie. */
  | {
      readonly kind: 'scale';
      readonly at: string;
      readonly middle: number;
      readonly from?: number;
      readonly to?: number;
      readonly tie?: number;
    };

/** Texts between markers in the columns of a record, as columns of their own: `framed.question`, `framed.a`, `framed.b`, `framed.verdict`. */
export interface Frame {
  /** The column with the question, after one marker and in front of another (or the end). */
  readonly question: { readonly at: string; readonly after: string; readonly before: string };
  /** The column with both responses, each between two markers. */
  readonly responses: {
    readonly at: string;
    readonly a: readonly [string, string];
    readonly b: readonly [string, string];
  };
  /** The column that ends with the verdict: a letter, or a letter between the tags of an answer. */
  readonly verdict?: string;
}

interface Known {
  readonly name: string;
  /** Where the columns and their meaning are written down. */
  readonly source: string;
  /** The columns that identify it: a record has a value in each of them. */
  readonly columns: readonly string[];
}

/** A data set whose records are items. */
export interface Shape extends Known {
  /** Columns that belong to its identity as well and may be empty in a record: those of the label. */
  readonly labels?: readonly string[];
  readonly frame?: Frame;
  readonly prompt: readonly Part[];
  readonly responses: ResponsesAt;
  readonly gold: Gold;
  readonly id?: string;
  /** Columns that a judge might have to see and does not, each with the reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

/** A data set whose records hold no two responses, as far as the names of their columns tell. */
export interface Pairless extends Known {
  /** What a record is, and what to do. */
  readonly noPair: string;
}

/** The paths that the parts of a prompt are read from. */
export function pathsOfParts(parts: readonly Part[]): readonly string[] {
  const paths: string[] = [];
  for (const part of parts) {
    if (part.kind === 'text') for (const { at } of part.of) paths.push(at);
    else paths.push(part.at);
  }
  return paths;
}

/** The paths of the responses; of numbered ones the first. */
export function pathsOfResponses(at: ResponsesAt): readonly string[] {
  if (at.kind === 'columns') return at.at;
  if (at.kind === 'sides') return [at.better, at.worse];
  return at.kind === 'list' ? [at.at] : [`${at.prefix}1`];
}
