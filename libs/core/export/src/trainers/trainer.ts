/** What a training set is for. */
import { columnsOf, type Message } from '@proofmill/contract';
import { z } from 'zod';
import type { Comparison } from '../comparison.ts';
import type { Split } from '../splits.ts';
import type { Conversation } from '../turns.ts';

export const trainingForms = {
  preference: 'prompt, chosen and rejected, for training by preferences (DPO)',
  reasoning:
    "the judge's prompt with an answer that reasons and names the better response, for supervised training of a judge",
  scalar: 'prompt, chosen and rejected with scores where there are some, for a reward model that scores one response',
} as const;
export type TrainingForm = keyof typeof trainingForms;

/** How one trainer reads one form. */
export interface TrainerForm {
  readonly format: 'parquet' | 'jsonl';
  /** Folder of the files of a split. */
  readonly folder: (split: Split) => string;
  /** The fields of a row, each always there. */
  readonly schema: z.ZodObject;
  readonly conversation: Conversation;
  /** The rows are made of the judge's prompt: one for an order of the responses. */
  readonly asksJudge: boolean;
  readonly takesMargin: boolean;
  readonly rowOf: (comparison: Comparison, ask: Ask) => object;
  /** Of the form reasoning: a row of any prompt and the answer to learn. */
  readonly rowOfAnswer?: RowOfAnswer;
  /** A prompt is one text, so the profile that asks has one message of the user. */
  readonly takesOneMessage?: true;
  /** The files that load it, by path. */
  readonly glue: (set: DescribedSet) => Readonly<Record<string, string>>;
  /** What starts the trainer, in the folder of the set; with `startsIn`, elsewhere, and `SET` in it is the path of that folder. */
  readonly command: string;
  readonly startsIn?: string;
}

export type RowOfAnswer = (prompt: readonly Message[], answer: string) => object;

/** The judge's prompt, with the responses in the order in which they are to be shown. */
export type Ask = (comparison: Comparison, isChosenFirst: boolean) => Message[];

/** What the files that load a set have to know of it. */
export interface DescribedSet {
  /** What is trained: a folder or a name of the Hub. */
  readonly model: string;
  readonly hasMargin: boolean;
  /** Splits that have rows. */
  readonly splits: readonly Split[];
  /** Paths of the files of each split. */
  readonly files: Readonly<Record<Split, readonly string[]>>;
}

export const assistant = (content: string): Message[] => [{ role: 'assistant', content }];

/** Rows of the judge's prompt, for the order that the answer speaks of, and the answer. */
export const answered = <Schema extends z.ZodObject>(schema: Schema, rowOfAnswer: RowOfAnswer) => ({
  asksJudge: true,
  schema,
  rowOfAnswer,
  rowOf: (comparison: Comparison, ask: Ask): object =>
    rowOfAnswer(ask(comparison, comparison.argued?.isChosenFirst ?? true), comparison.argued?.answer ?? ''),
});

/** Files of both splits in one folder, as `datasets` finds them. */
export const inData = (): string => 'data';
/** For trainers that take a folder for a split. */
export const inOwnFolder = (split: Split): string => split;

/**
 * How much better the chosen response is, from 0 to 1: 2 p - 1, with the probability p that it is the better one. The loss of a reward model with
 * it is -log sigmoid(r_chosen - r_rejected - margin) (Touvron et al., Llama 2, 2023, equation 2, whose smaller margins are in the same range).
 * A row without a probability, such as one with a label of its corpus, gets 0: the loss without a margin.
 */
const marginOf = ({ certainty }: Comparison): number => (certainty === null ? 0 : Math.max(0, 2 * certainty - 1));

/** The columns of a set and the row of a comparison in it. */
export const tableOf = (form: TrainerForm, { ask, hasMargin }: { readonly ask: Ask; readonly hasMargin: boolean }) => ({
  columns: columnsOf(hasMargin ? form.schema.extend({ margin: z.number() }) : form.schema),
  rowOf: (comparison: Comparison): object => ({
    ...form.rowOf(comparison, ask),
    ...(hasMargin ? { margin: marginOf(comparison) } : {}),
  }),
});
