/** Reads the conversation in front of the responses. */
import type { Message } from '@proofmill/contract';
import { type LeftOut, toolsText } from './conversation/content.ts';
import { turnsOf, withSystem } from './conversation/turns.ts';
import { fieldAt, isEmpty } from './field.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import type { Part } from './shape.ts';
import { unreadablePart } from './unreadable.ts';

export type StandingPart = Exclude<Part, { kind: 'text' }>;

/**
 * Columns that are used in every record that has them, in this order, unless its shape reads them as something else. `history` is
 * LLaMA-Factory's: turns ahead of the instruction.
 */
export const standingParts: readonly StandingPart[] = [
  ...['system', 'system_prompt', 'system_message', 'system_instruction'].map((at) => ({ kind: 'system', at }) as const),
  ...['tools', 'functions'].map((at) => ({ kind: 'tools', at }) as const),
  { kind: 'turns', at: 'history' },
];

/** The turns that the parts of a prompt make, in their order: what the system says first, then everything else. */
export function readPrompt(record: object, parts: readonly Part[], leftOut: LeftOut): Message[] | Problem {
  const system: string[] = [];
  const turns: Message[] = [];
  for (const part of parts) {
    const read = readPart(record, part, leftOut);
    if (isProblem(read)) return read;
    if (part.kind === 'turns' || part.kind === 'text') turns.push(...read);
    else system.push(...read.map(({ content }) => content));
  }
  return withSystem(system, turns);
}

function readPart(record: object, part: Part, leftOut: LeftOut): Message[] | Problem {
  if (part.kind === 'text') return readText(record, part, leftOut);
  const value = fieldAt(record, part.at);
  if (part.kind === 'turns') {
    return (value ?? null) === null
      ? []
      : turnsOf(value, 'user', { field: part.at, failureClass: 'bad-prompt', leftOut });
  }
  if (isEmpty(value)) return [];
  if (part.kind === 'tools') return unreadablePart(value, part.at) ?? [{ role: 'system', content: toolsText(value) }];
  if (typeof value === 'string') return [{ role: 'system', content: value }];
  return problem('bad-prompt', `${part.at} is not a text; the judge would have to see what the system said`);
}

/** One turn of all texts. An instruction may be a conversation as well: then the texts below it are a turn of their own. */
function readText(record: object, { of, end }: Extract<Part, { kind: 'text' }>, leftOut: LeftOut): Message[] | Problem {
  const turns: Message[] = [];
  const texts: string[] = [];
  for (const { at, heading = '' } of of) {
    const value = fieldAt(record, at) ?? '';
    if (typeof value === 'string') {
      if (value.trim() !== '') texts.push(`${heading}${value}`);
      continue;
    }
    const read = turnsOf(value, 'user', { field: at, failureClass: 'bad-prompt', leftOut });
    if (isProblem(read)) return read;
    if (texts.length > 0) turns.push({ role: 'user', content: texts.splice(0).join('\n\n') });
    turns.push(...read);
  }
  if (texts.length > 0 && end !== undefined) texts.push(end);
  return texts.length === 0 && turns.length > 0 ? turns : [...turns, { role: 'user', content: texts.join('\n\n') }];
}
