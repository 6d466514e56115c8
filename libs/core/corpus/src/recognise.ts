import type { Item, Message, Source } from '@proofmill/contract';
import { type FieldMapping, fieldAt, fieldNames, isGiven } from './field.ts';
import { readGold } from './gold.ts';
import { readPrompt } from './messages.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { type Responses, readResponses } from './responses.ts';

/** A record as an item, with the name of its form; or why it is no item. */
export type Recognised = { readonly item: Item; readonly flavour: string } | Problem;

const promptFields = ['prompt', 'question', 'instruction'];
const idFields = ['id', 'pair_id', 'prompt_id', 'uuid'];

interface Prompt {
  readonly name: string;
  readonly messages: Message[];
}

/** The `input` of an alpaca record belongs to its instruction: the text to translate, the table to read. */
function withInput(record: object, field: string, value: unknown): unknown {
  const input = field === 'instruction' ? fieldAt(record, 'input') : undefined;
  if (typeof value !== 'string' || typeof input !== 'string' || input.trim() === '') return value;
  return `${value}\n\n${input}`;
}

function readPromptOf(record: object, mapping: FieldMapping, { before }: Responses): Prompt | Problem {
  const candidates = mapping.prompt === undefined ? promptFields : [mapping.prompt];
  const field = candidates.find((candidate) => isGiven(record, candidate));
  if (field === undefined) {
    if (mapping.prompt === undefined && before.length > 0) {
      const messages = readPrompt(before, 'the conversation before the responses');
      return isProblem(messages) ? messages : { name: 'implicit prompt', messages };
    }
    return problem('missing-prompt', `no prompt: looked for ${candidates.join(', ')}; ${fieldNames(record)}`);
  }
  const value = fieldAt(record, field);
  const messages = readPrompt(mapping.prompt === undefined ? withInput(record, field, value) : value, field);
  if (isProblem(messages)) return messages;
  // Data sets repeat the last question in a field of its own. The conversation has it as well, after all earlier turns.
  const repeats = before.at(-1)?.content.trim() === messages.at(-1)?.content.trim();
  const isPart = mapping.prompt === undefined && repeats && before.length > messages.length;
  return { name: field, messages: isPart ? [...before] : messages };
}

function readId(record: object, mapped: string | undefined): { id: string | null } | Problem {
  for (const field of mapped === undefined ? idFields : [mapped]) {
    const value = fieldAt(record, field) ?? null;
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return { id: String(value) };
    if (mapped !== undefined && value !== null) return problem('bad-id', `${field} is neither a text nor a number`);
  }
  return { id: null };
}

/**
 * Makes an item of a record. Which fields hold what is recognised, except where the job's mapping says so: the prompt in
 * prompt, question or instruction (with input), or the conversation before the responses; the responses in responses,
 * response_A and response_B, response_a and response_b, or chosen and rejected, where chosen is the gold label; the label in
 * label; the user's own id in id, pair_id, prompt_id or uuid. null counts as not given. Where a mapping names both, responses
 * take precedence over chosen and rejected. `label: null` leaves out what chosen and rejected say as well.
 *
 * Takes any value and never throws.
 */
export function recogniseRecord(value: unknown, mapping: FieldMapping, place: { readonly source: Source }): Recognised {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return problem('not-an-object', 'the record is not an object with fields');
  }
  const responses = readResponses(value, mapping);
  if (isProblem(responses)) return responses;
  const prompt = readPromptOf(value, mapping, responses);
  if (isProblem(prompt)) return prompt;
  const labelField = mapping.label ?? 'label';
  const label =
    mapping.label === null
      ? { gold: null }
      : readGold(fieldAt(value, labelField), labelField, responses.texts.length, responses.gold);
  if (isProblem(label)) return label;
  const id = readId(value, mapping.id);
  if (isProblem(id)) return id;
  return {
    item: {
      sourceId: id.id,
      source: place.source,
      prompt: prompt.messages,
      responses: responses.texts,
      gold: label.gold,
    },
    flavour: `${prompt.name} + ${responses.name}`,
  };
}
