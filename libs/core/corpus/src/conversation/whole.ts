/**
 * Puts a prompt and its responses together. Data sets repeat: the prompt may be the first turn of the conversation in `chosen`,
 * its last turn, all of it but the answer, or nothing of it. Whatever they repeat, the judge sees each turn once, and every turn.
 */
import { type Message, transcriptOf } from '@proofmill/contract';
import { isProblem, type Problem, problem } from '../problem.ts';

/** A response as its field has it: the answer, and perhaps all or some of the conversation in front of it. */
export interface Side {
  readonly field: string;
  readonly turns: readonly Message[];
}

/** The conversation that all responses continue, and the texts of the responses. */
export interface Whole {
  readonly prompt: Message[];
  readonly responses: string[];
}

const isSame = (one: Message | undefined, other: Message | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.role === other.role &&
  (one.content === other.content || one.content.trim() === other.content.trim());

const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** The whole conversations, and where they part. `prompt` is what the fields of the prompt say. */
export function wholeOf(prompt: readonly Message[], sides: readonly Side[]): Whole | Problem {
  if (sides.every(isAnswer))
    return { prompt: [...prompt], responses: sides.map(({ turns: [{ content }] }) => content) };
  const conversations: Message[][] = [];
  for (const side of sides) {
    const last = side.turns.at(-1);
    if (last === undefined) return problem('bad-response', `${side.field} is an empty list`);
    if (last.role === 'user' || isSystem(last)) {
      return problem('bad-response', `the last message of ${side.field} is of the ${last.role}, not of the assistant`);
    }
    const conversation = continued(prompt, side);
    if (isProblem(conversation)) return conversation;
    conversations.push(conversation);
  }
  const shared = sharedTurns(conversations);
  const [first = []] = conversations;
  const apart = conversations.findIndex((each) => !isSame(each[shared], first[shared]));
  const next = conversations
    .map((each) => each[shared])
    .find((turn) => turn && (turn.role === 'user' || isSystem(turn)));
  if (next) {
    return problem(
      'different-prompts',
      `${sides[Math.max(apart, 0)]?.field} continues another conversation than the response before it: their turns number ${shared + 1} differ, and one of them is of the ${next.role}`,
    );
  }
  return {
    prompt: conversations[0]?.slice(0, shared) ?? [],
    responses: conversations.map((conversation) => responseText(conversation.slice(shared))),
  };
}

/** An answer alone, which repeats nothing. */
const isAnswer = (side: Side): side is Side & { readonly turns: readonly [Message] } =>
  side.turns.length === 1 && side.turns[0]?.role === 'assistant';

/** One message as its text, several turn by turn. */
const responseText = (turns: readonly Message[]): string =>
  turns.length === 1 ? (turns[0]?.content ?? '') : transcriptOf(turns);

/** How many turns all conversations share, less their answers; what a tool said belongs to the call in front of it. */
function sharedTurns(conversations: readonly (readonly Message[])[]): number {
  const [first = []] = conversations;
  const most = Math.min(...conversations.map(({ length }) => length)) - 1;
  let shared = 0;
  while (shared < most && conversations.every((each) => isSame(each[shared], first[shared]))) shared += 1;
  while (shared > 0 && conversations.some((each) => each[shared]?.role === 'tool' || each[shared]?.role === 'function'))
    shared -= 1;
  return shared;
}

/** The conversation of one response from its beginning. */
function continued(prompt: readonly Message[], { field, turns }: Side): Message[] | Problem {
  const [first] = turns;
  const begins = first?.role === 'user' || (first !== undefined && isSystem(first));
  if (!begins) return [...prompt, ...turns];
  const body = turns.filter((turn) => !isSystem(turn));
  const system = [...prompt.filter(isSystem)];
  for (const turn of turns.filter(isSystem)) if (!system.some((known) => isSame(known, turn))) system.push(turn);
  const asked = prompt.filter((turn) => !isSystem(turn));
  const conversation = body.slice(0, -1);
  if (holds(conversation, asked)) return [...system, ...body];
  const overlap = overlapOf(asked, conversation);
  if (overlap > 0) return [...system, ...asked, ...body.slice(overlap)];
  const [only] = asked;
  if (asked.length === 1 && only && conversation.every(({ content }) => only.content.includes(content.trim())))
    return [...system, only, ...body.slice(-1)];
  return problem(
    'different-prompts',
    `${field} is a conversation that the prompt is no part of. Where the prompt counts, take the answer alone, such as spec.corpus.fields: { chosen: "chosen[-1].content", rejected: "rejected[-1].content" }; where the conversation counts, leave the prompt out: leaveOut: [prompt]`,
  );
}

/** Whether `part` stands in a conversation, as some turns in a row; a text may be a piece of a turn. */
function holds(conversation: readonly Message[], part: readonly Message[]): boolean {
  if (part.length === 0) return true;
  const [only] = part;
  if (part.length === 1 && only && conversation.some(({ content }) => content.includes(only.content.trim())))
    return true;
  return conversation.some((_, start) => part.every((turn, index) => isSame(conversation[start + index], turn)));
}

/** How many turns at the beginning of a conversation are the last ones of the prompt. */
function overlapOf(asked: readonly Message[], conversation: readonly Message[]): number {
  for (let count = Math.min(asked.length, conversation.length); count > 0; count -= 1) {
    const tail = asked.slice(-count);
    if (tail.every((turn, index) => isSame(turn, conversation[index]))) return count;
  }
  return 0;
}
