/** How a record was read, for a person: what `plan` prints, and the pages of the reference. */
import { goldText } from './gold.ts';
import type { Part, ResponsesAt, Shape } from './shape.ts';

export interface Reading {
  /** The shape's name: the same for all records that are read alike. */
  readonly shape: string;
  /** Columns that nobody reads. */
  readonly unused: readonly string[];
  /** The rest, in words: every record is read, and few are described. */
  describe(): Description;
}

/** How the records of a shape are read. */
export interface Description {
  readonly shape: string;
  /** Where its columns are documented; empty where their names are all that is known. */
  readonly source: string;
  readonly prompt: string;
  readonly responses: string;
  readonly gold: string;
  /** Columns that a judge might have to see and does not, each with the reason. */
  readonly leftOut: readonly { readonly column: string; readonly reason: string }[];
}

export const descriptionOf = (
  { name, source, responses, gold }: Shape,
  parts: readonly Part[],
  leftOut: Description['leftOut'],
): Description => ({
  shape: name,
  source,
  prompt: promptText(parts),
  responses: responsesText(responses),
  gold: goldText(gold),
  leftOut,
});

/** A path as a person knows it: what is taken from between the markers of a text is no column. */
const inTexts: Readonly<Record<string, string>> = {
  'framed.question': 'the question in the text',
  'framed.a': 'answer A in the text',
  'framed.b': 'answer B in the text',
};

const shown = (path: string): string => inTexts[path] ?? path;

export const promptText = (parts: readonly Part[]): string =>
  parts.length === 0 ? 'what the responses have in common' : parts.map(partText).join(', ');

function partText(part: Part): string {
  if (part.kind === 'text') return part.of.map(({ at }) => shown(at)).join(' and ');
  return part.kind === 'turns' ? part.at : `${part.at} (${part.kind})`;
}

export function responsesText(at: ResponsesAt): string {
  if (at.kind === 'columns') return at.at.map(shown).join(', ');
  if (at.kind === 'numbered') return `${at.prefix}1, ${at.prefix}2, ..`;
  return at.kind === 'sides' ? `${at.better}, ${at.worse}` : at.at;
}
