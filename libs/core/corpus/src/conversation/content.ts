/**
 * What a message says, as one text. The judge reads texts, so everything that a message says beside its content is written
 * into it, in this order:
 *
 *   [reasoning]                      reasoning_content, reasoning or thinking, and content parts of that kind
 *   ..
 *   [end of reasoning]
 *
 *   the content                      a text, or the texts of its parts, one blank line between them
 *
 *   [tool call] NAME(ARGUMENTS)      one line for each call, the arguments as they are written, or as JSON
 *
 * The answer of a tool that has a name begins with `[result of NAME]`. Images, audio and files cannot be written into a text: a
 * message that has them is refused.
 */
import { isEmpty, quoted, written } from '../field.ts';
import { type Problem, problem } from '../problem.ts';

/** The fields of a message or the kinds of its parts that the job leaves out. */
export type LeftOut = ReadonlySet<string>;

export type Fields = Readonly<Record<string, unknown>>;

const reasoningFields = ['reasoning_content', 'reasoning', 'thinking'];
/** Fields of a message that say what the speaker had in front of them. */
const contextFields = ['context', 'documents', 'tools', 'functions', 'system'];
const mediaFields = ['images', 'image', 'audio', 'video', 'videos', 'files', 'attachments'];

/** Names of a text beside those of messages. */
export const textNames = ['content', 'text', 'response', 'answer', 'generation', 'output', 'completion'];

/** The fields of messages, their parts and of responses that anything is read from. */
export const fieldsOfMessages: ReadonlySet<string> = new Set([
  ...'role from value refusal messages type name tool_calls function_call function arguments input'.split(' '),
  ...[...textNames, ...reasoningFields, ...contextFields, ...mediaFields],
]);

export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The content of a message that is a text with nothing beside it, as most are; undefined for any other. */
export function onlyContent(message: Fields): string | undefined {
  for (const name of Object.keys(message)) if (!plainFields.has(name)) return undefined;
  const content = message.content ?? message.value;
  return typeof content === 'string' ? content : undefined;
}

const plainFields = new Set(['role', 'from', 'content', 'value']);

interface Pieces {
  readonly reasoning: string[];
  readonly texts: string[];
  readonly calls: string[];
}

/** The text of a message; undefined where it has no content at all. `at` names the message for a person. */
export function contentOf(message: Fields, at: string, leftOut: LeftOut): string | undefined | Problem {
  const pieces: Pieces = { reasoning: [], texts: [], calls: [] };
  const media = mediaFields.find((name) => !leftOut.has(name) && !isEmpty(message[name]));
  if (media !== undefined) return withMedia(at, media);
  const unseen = contextFields.find((name) => !leftOut.has(name) && !isEmpty(message[name]));
  if (unseen !== undefined) {
    return problem(
      'unseen-field',
      `${at} has ${quoted(unseen)}, which the judge would not see. Write it into the content, or say that it does not matter: spec.corpus.fields.leaveOut: [${written(unseen)}]`,
    );
  }
  for (const name of reasoningFields) {
    const reasoning = message[name];
    if (typeof reasoning === 'string' && reasoning.trim() !== '' && !leftOut.has(name))
      pieces.reasoning.push(reasoning);
  }
  const content = message.content ?? message.value ?? message.text ?? message.refusal;
  const wrong = addContent(content, pieces, at, leftOut);
  if (wrong) return wrong;
  if (!leftOut.has('tool_calls')) for (const call of callsOf(message)) pieces.calls.push(callText(call));
  const { reasoning, texts, calls } = pieces;
  if ((content ?? null) === null && reasoning.length + calls.length === 0) return undefined;
  const name = message.role === 'tool' || message.role === 'function' ? message.name : undefined;
  return [
    ...reasoning.map((text) => `[reasoning]\n${text}\n[end of reasoning]`),
    ...(typeof name === 'string' && name !== '' ? [`[result of ${name}]`] : []),
    ...texts.filter((text) => text !== ''),
    ...(calls.length > 0 ? [calls.join('\n')] : []),
  ].join('\n\n');
}

function addContent(content: unknown, pieces: Pieces, at: string, leftOut: LeftOut): Problem | undefined {
  if ((content ?? null) === null) return undefined;
  if (typeof content === 'string') {
    pieces.texts.push(content);
    return undefined;
  }
  if (typeof content !== 'object') {
    return problem('bad-content', `${at} has a content that is neither a text nor a list of parts`);
  }
  for (const part of Array.isArray(content) ? content : [content]) {
    const wrong = addPart(part, pieces, at, leftOut);
    if (wrong) return wrong;
  }
  return undefined;
}

function addPart(
  part: unknown,
  { reasoning, texts, calls }: Pieces,
  at: string,
  leftOut: LeftOut,
): Problem | undefined {
  if (typeof part === 'string') {
    texts.push(part);
    return undefined;
  }
  if (!isFields(part)) return problem('bad-content', `${at} has a part that is neither a text nor an object`);
  const type = typeof part.type === 'string' ? part.type : 'text';
  if (leftOut.has(type)) return undefined;
  const media = mediaFields.find((name) => !leftOut.has(name) && !isEmpty(part[name]));
  if (media !== undefined) return withMedia(at, media);
  if (type === 'thinking' || type === 'reasoning') {
    reasoning.push(String(part.thinking ?? part.text ?? ''));
  } else if (type === 'tool_use' || type === 'tool_call') {
    calls.push(callText({ name: part.name, arguments: part.input ?? part.arguments }));
  } else if (type === 'tool_result') {
    return addContent(part.content, { reasoning, texts, calls }, at, leftOut);
  } else if (typeof part.text === 'string' || typeof part.refusal === 'string') {
    texts.push(String(part.text ?? part.refusal));
  } else if (type !== 'text' || !isEmpty(part)) {
    return withMedia(at, type);
  }
  return undefined;
}

const withMedia = (at: string, what: string): Problem =>
  problem(
    'not-only-text',
    `${at} holds ${quoted(what)}, which a judge of texts cannot see. Take such records out, or, if the responses can be judged without it, add it to spec.corpus.fields.leaveOut: [${written(what)}]`,
  );

function callsOf({ tool_calls: calls, function_call: call }: Fields): unknown[] {
  const list = typeof calls === 'string' ? parsed(calls) : calls;
  return [...(Array.isArray(list) ? list : []), ...(isEmpty(call) ? [] : [call])];
}

/** `control_light({"state":"on"})`; a call in another form as its JSON. */
function callText(call: unknown): string {
  if (!isFields(call)) return `[tool call] ${typeof call === 'string' ? call : JSON.stringify(call)}`;
  const { name, arguments: given } = (isFields(call.function) ? call.function : call) as Fields;
  if (typeof name !== 'string') return `[tool call] ${JSON.stringify(call)}`;
  return `[tool call] ${name}(${typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given)})`;
}

/** What the assistant could call, each tool as the record has it, or as a line of JSON. */
export function toolsText(value: unknown): string {
  const list = typeof value === 'string' ? (parsed(value) ?? value) : value;
  const lines = (Array.isArray(list) ? list : [list]).map((tool) =>
    typeof tool === 'string' ? tool : JSON.stringify(tool),
  );
  return `The assistant can call these tools:\n${lines.join('\n')}`;
}

/** The value of a JSON text; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
