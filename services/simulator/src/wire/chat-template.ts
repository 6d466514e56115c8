/** A conversation as the tokens that the chat template makes of it. */
import type { Turn } from '../prompt/conversation.ts';
import { countTokens, tokensOf } from './tokens.ts';

const turnStart = (role: string): readonly string[] => ['<|im_start|>', role, '\n'];
const turnEnd = ['<|im_end|>', '\n'] as const;
const opening = turnStart('assistant');
const tokensPerTurn = turnStart('').length + turnEnd.length;

/** The tokens of a conversation; by default with the opening of the answer. */
export const templatedTokens = (turns: readonly Turn[], withOpening = true): string[] => [
  ...turns.flatMap(({ role, content }) => [...turnStart(role), ...tokensOf(content), ...turnEnd]),
  ...(withOpening ? opening : []),
];

/** The number of those tokens. */
export const countTemplated = (turns: readonly Turn[], withOpening = true): number =>
  turns.reduce((sum, turn) => sum + countTokens(turn.content) + tokensPerTurn, withOpening ? opening.length : 0);
