import { argilla } from './argilla.ts';
import { labelStudio } from './label-studio.ts';
import type { ReviewQuestion } from './question.ts';

/** A tool in which people answer. */
export interface Reviewer {
  /** The files of a review, by path. */
  readonly filesOf: (questions: readonly ReviewQuestion[]) => Readonly<Record<string, string>>;
  /** What to do with them, as Markdown. */
  readonly instructions: string;
}

const tools = { 'label-studio': labelStudio, argilla } as const satisfies Record<string, Reviewer>;
export type ReviewTool = keyof typeof tools;

export const reviewTools = Object.keys(tools) as ReviewTool[];

export const reviewerOf = (tool: ReviewTool): Reviewer => tools[tool];
