/** A conversation as the judge sees it: turns of text. */

export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The conversation as one text, whose digest seeds the answer. */
export const textOfTurns = (turns: readonly Turn[]): string =>
  turns.map((turn) => `${turn.role}\n${turn.content}`).join('\n');
