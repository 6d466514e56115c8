/** Conversations: read from a body, and as the tokens that the chat template makes of them. */
import type { Body } from '../wire/request-fields.ts';
import { badRequest, unreadable } from '../wire/call.ts';
import { countTokens, tokensOf } from '../wire/tokens.ts';

/** One turn, as text. */
export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The conversation of a body. Lists of parts are joined; a missing content is empty, as vLLM takes it. */
export function turnsOf(body: Body): Turn[] {
  const { messages } = body;
  if (!Array.isArray(messages)) throw unreadable("[{'type': 'missing', 'loc': ('body', 'messages')}]", 'body.messages');
  if (messages.length === 0) {
    throw badRequest('Cannot apply chat template to an empty conversation. Provide at least one message.');
  }
  return (messages as { role?: unknown; content?: unknown }[]).map((message) => {
    const { role, content } = message ?? {};
    const text = Array.isArray(content)
      ? content.map((part: { text?: unknown }) => (typeof part?.text === 'string' ? part.text : '')).join('\n')
      : content;
    return { role: String(role ?? ''), content: typeof text === 'string' ? text : '' };
  });
}

/** A conversation as one text, which an answer depends on. */
export const textOfTurns = (turns: readonly Turn[]): string =>
  turns.map((turn) => `${turn.role}\n${turn.content}`).join('\n');

const before = (role: string): readonly string[] => ['<|im_start|>', role, '\n'];
const after = ['<|im_end|>', '\n'] as const;
const opening = before('assistant');
const tokensPerTurn = before('').length + after.length;

/** The tokens of a conversation with its template and, unless told otherwise, the opening of the answer. */
export const templated = (turns: readonly Turn[], opens = true): string[] => [
  ...turns.flatMap(({ role, content }) => [...before(role), ...tokensOf(content), ...after]),
  ...(opens ? opening : []),
];

/** How many tokens that are. */
export const countTemplated = (turns: readonly Turn[], opens = true): number =>
  turns.reduce((sum, turn) => sum + countTokens(turn.content) + tokensPerTurn, opens ? opening.length : 0);
