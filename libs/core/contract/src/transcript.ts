import type { Message } from './terms.ts';

const speakers: Readonly<Record<string, string>> = { user: 'User', assistant: 'Assistant', system: 'System' };

/** A conversation as one text, turn by turn, each with its speaker. */
export const transcriptOf = (turns: readonly Message[]): string =>
  turns.map(({ role, content }) => `${speakers[role] ?? role}: ${content}`).join('\n\n');
