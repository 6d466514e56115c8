import type { Message } from '@proofmill/contract';

/**
 * What a trainer takes as a prompt. `any`: turns of any role, as the chat template of the model takes them. `alternating`: an optional system message,
 * then user and assistant in turn, from a user to a user. `single`: an optional system message and one message of a user.
 */
export type Conversation = 'any' | 'alternating' | 'single';

export function fitsConversation(prompt: readonly Message[], conversation: Conversation): boolean {
  if (conversation === 'any') return true;
  const turns = prompt[0]?.role === 'system' ? prompt.slice(1) : prompt;
  if (turns.length % 2 === 0 || (conversation === 'single' && turns.length > 1)) return false;
  return turns.every(({ role }, at) => role === (at % 2 === 0 ? 'user' : 'assistant'));
}
