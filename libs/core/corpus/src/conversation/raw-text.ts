import type { Message } from '@proofmill/contract';

const turn = /(?:^\s*|\n\n)(Human|Assistant):[ ]?/g;

/** Whether a text is a conversation as hh-rlhf writes it: it begins with the marker of the human, and has one of the assistant. */
export const isRawConversation = (text: string): boolean => /^\s*Human:/.test(text) && text.includes('\n\nAssistant:');

/** Its turns. One of the assistant at the end that is blank is where the answer goes, and no turn. */
export function rawTurns(text: string): Message[] {
  const marks = [...text.matchAll(turn)];
  const turns = marks.map((mark, index): Message => {
    const end = marks[index + 1]?.index ?? text.length;
    const content = text.slice(mark.index + mark[0].length, end);
    return { role: mark[1] === 'Human' ? 'user' : 'assistant', content };
  });
  const last = turns.at(-1);
  return last?.role === 'assistant' && last.content.trim() === '' ? turns.slice(0, -1) : turns;
}
