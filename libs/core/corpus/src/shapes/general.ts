/** Records with the usual column names, of whatever data set: a prompt column and a form of the responses, in any combination. */
import { fieldAt, isEveryGiven, isGiven } from '../field.ts';
import { goldPaths } from '../gold.ts';
import type { Gold, Part, ResponsesAt } from '../shape.ts';

interface PromptForm {
  readonly name: string;
  readonly column: string | null;
  readonly parts: readonly Part[];
  /** Only where no response is a conversation. */
  readonly needsAnswers?: boolean;
  readonly description: string;
}

export interface ResponseForm {
  readonly name: string;
  readonly columns: readonly string[];
  readonly responses: ResponsesAt;
  /** The ways to say which response is better, of which a record has one at most. */
  readonly golds: readonly Gold[];
}

/** In this order: the first one that a record has. A record with two of them is refused, unless one repeats the other. */
export const promptForms: readonly PromptForm[] = [
  {
    name: 'prompt',
    column: 'prompt',
    parts: [{ kind: 'turns', at: 'prompt' }],
    description: 'a text, or a list of messages',
  },
  {
    name: 'question',
    column: 'question',
    parts: [{ kind: 'turns', at: 'question' }],
    description: 'a text, or a list of messages',
  },
  {
    name: 'instruction',
    column: 'instruction',
    parts: [{ kind: 'text', of: [{ at: 'instruction' }, { at: 'input' }] }],
    description: 'a text, with that of `input` below it where there is one',
  },
  ...['messages', 'conversations', 'conversation'].map((column) => ({
    name: column,
    column,
    parts: [{ kind: 'turns', at: column } as const],
    needsAnswers: true,
    description: 'a list of messages, where the responses are answers to it and no conversations themselves',
  })),
];

export const implicitPrompt: PromptForm = {
  name: 'implicit prompt',
  column: null,
  parts: [],
  description:
    'what the responses have in common: the turns in front of the answers, or, of two texts, the words they begin with',
};

const label: Gold = { kind: 'letters', at: 'label' };

const pair = (a: string, b: string): ResponseForm => ({
  name: `${a}/${b}`,
  columns: [a, b],
  responses: { kind: 'columns', at: [a, b] },
  golds: [label],
});

const list = (name: string): ResponseForm => ({
  name,
  columns: [name],
  responses: { kind: 'list', at: name },
  golds: [
    label,
    ...['ratings', 'scores', `${name}[*].rating`, `${name}[*].score`].map(
      (at) => ({ kind: 'ratings', at, best: 'highest' }) as const,
    ),
  ],
});

/** One of these; a record with two of them is refused. */
export const responseForms: readonly ResponseForm[] = [
  list('responses'),
  list('generations'),
  pair('response_A', 'response_B'),
  pair('response_a', 'response_b'),
  pair('response_1', 'response_2'),
  {
    name: 'chosen/rejected',
    columns: ['chosen', 'rejected'],
    responses: { kind: 'sides', better: 'chosen', worse: 'rejected' },
    golds: [{ kind: 'sides' }],
  },
];

/** The ways to say which response is better that a record has values for. */
export const goldsIn = (record: object, golds: readonly Gold[]): readonly Gold[] =>
  golds.filter((gold) => goldPaths(gold).some((path) => isEveryGiven(record, path)));

/** Whether a record has its responses in this form. */
export const hasForm = (record: object, { columns, responses }: Pick<ResponseForm, 'columns' | 'responses'>): boolean =>
  columns.every((column) => isGiven(record, column)) &&
  // A record with a count or a name in `responses` may have its responses elsewhere.
  (responses.kind !== 'list' || Array.isArray(fieldAt(record, responses.at)));
