import type { Message } from '@proofmill/contract';

const marker = /\n\n(Human|Assistant): ?/;

/** Whether a text is a conversation as hh-rlhf writes it: it begins with the marker of the human, and has one of the assistant. */
export const isRawConversation = (text: string): boolean => /^\s*Human:/.test(text) && text.includes('\n\nAssistant:');

/** Its turns. One of the assistant at the end that is blank is where the answer goes, and no turn. */
export function rawTurns(text: string): Message[] {
  // The first marker may lack the blank line that each has in front of it. What is split off: nothing, then a speaker and a text, and so on.
  const pieces = `\n\n${text.trimStart()}`.split(marker);
  const turns: Message[] = [];
  for (let at = 1; at < pieces.length; at += 2) {
    turns.push({ role: pieces[at] === 'Human' ? 'user' : 'assistant', content: pieces[at + 1] ?? '' });
  }
  const last = turns.at(-1);
  return last?.role === 'assistant' && last.content.trim() === '' ? turns.slice(0, -1) : turns;
}
