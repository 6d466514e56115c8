/** Reads the conversation in front of the responses. */
import type { Message } from '@proofmill/contract';
import { type LeftOut, parsed } from './conversation/content.ts';
import { turnsOf } from './conversation/turns.ts';
import { fieldAt, isEmpty } from './field.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import type { Part } from './shape.ts';

/** Columns that are used in every record that has them, unless its shape reads them as something else. */
export const standingParts: readonly Part[] = [
  ...['system', 'system_prompt', 'system_message', 'system_instruction'].map((at) => ({ kind: 'system', at }) as const),
  ...['tools', 'functions'].map((at) => ({ kind: 'tools', at }) as const),
];

/** LLaMA-Factory's turns before the instruction. A text of that name may be anything, and is not taken for a turn. */
export const standingHistory: Part = { kind: 'turns', at: 'history' };

/** The turns that the parts of a prompt make, in their order: what the system says first, then everything else. */
export function readPrompt(record: object, parts: readonly Part[], leftOut: LeftOut): Message[] | Problem {
  const system: string[] = [];
  const tools: string[] = [];
  const turns: Message[] = [];
  for (const part of parts) {
    const read = readPart(record, part, leftOut);
    if (isProblem(read)) return read;
    if (part.kind === 'tools') tools.push(...read.map(({ content }) => content));
    else if (part.kind === 'system') system.push(...read.map(({ content }) => content));
    else turns.push(...read);
  }
  const [first] = turns;
  const isRepeated = (text: string): boolean => first?.role === 'system' && first.content.trim() === text.trim();
  const own = system.filter((text, index) => !isRepeated(text) && system.indexOf(text) === index);
  const said = tools.length === 0 ? own : [...own, `The assistant can call these tools:\n${tools.join('\n')}`];
  return said.length === 0 ? turns : [{ role: 'system', content: said.join('\n\n') }, ...turns];
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
  if (part.kind === 'tools') return toolLines(value).map((content) => ({ role: 'system', content }));
  if (typeof value === 'string') return [{ role: 'system', content: value }];
  return problem('bad-prompt', `${part.at} is not a text; the judge would have to see what the system said`);
}

/** Each tool as the record has it: a line of JSON. */
function toolLines(value: unknown): string[] {
  const list = typeof value === 'string' ? (parsed(value) ?? value) : value;
  return (Array.isArray(list) ? list : [list]).map((tool) => (typeof tool === 'string' ? tool : JSON.stringify(tool)));
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
