/** Reads the fields of a request body by vLLM's rules: wrong types are refused, unknown fields ignored. */
import type { Turn } from '../prompt/conversation.ts';
import type { Call } from './call.ts';
import { badRequest, schemaViolation } from './refusal.ts';

export type Body = Readonly<Record<string, unknown>>;

/** The JSON object in a request. */
export function readBody(call: Call): Body {
  if (!(call.header('content-type') ?? '').includes('application/json')) {
    throw schemaViolation("Unsupported Media Type: Only 'application/json' is allowed", 'header.content-type');
  }
  let value: unknown;
  try {
    value = JSON.parse(call.body);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1] ?? String(call.body.length);
    throw schemaViolation(
      `[{'type': 'json_invalid', 'loc': ('body', ${position}), 'msg': 'JSON decode error', 'input': {}}]`,
      `body.${position}`,
    );
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw schemaViolation("[{'type': 'model_attributes_type', 'loc': ('body',)}]", 'body');
  }
  return value as Body;
}

const wrongType = (name: string, wanted: string): never => {
  throw schemaViolation(
    `[{'type': '${wanted}_type', 'loc': ('body', '${name}'), 'msg': 'Input should be a valid ${wanted}'}]`,
    `body.${name}`,
  );
};

/** A number, or the default where the field is absent or null. */
function numberField(body: Body, name: string, initial: number): number {
  const value = body[name] ?? initial;
  return typeof value === 'number' ? value : wrongType(name, 'number');
}

/** A whole number, or the default where the field is absent or null. */
export function integerField(body: Body, name: string, initial: number): number {
  const value = numberField(body, name, initial);
  return Number.isInteger(value) ? value : wrongType(name, 'integer');
}

/** A list of whole numbers; null where the field is absent. */
export function integersField(body: Body, name: string): number[] | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  return Array.isArray(value) && value.every((entry) => Number.isInteger(entry)) ? value : wrongType(name, 'list');
}

function stopField(body: Body): string[] {
  const value = body.stop ?? [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  return wrongType('stop', 'list');
}

/** The conversation. As in vLLM, lists of content parts are joined and missing content is empty. */
export function messagesField(body: Body): Turn[] {
  const { messages } = body;
  if (!Array.isArray(messages)) {
    throw schemaViolation("[{'type': 'missing', 'loc': ('body', 'messages')}]", 'body.messages');
  }
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

/** The sampling fields that both generating routes have. */
export interface SamplingFields {
  readonly n: number;
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  readonly stop: readonly string[];
  readonly keepStop: boolean;
}

/** The sampling fields, checked. Without a seed, the seed is 0: unlike vLLM's, such a request has the same answer each time. */
export function samplingFields(body: Body): SamplingFields {
  const n = integerField(body, 'n', 1);
  const seed = integerField(body, 'seed', 0);
  const temperature = numberField(body, 'temperature', 1);
  const topP = numberField(body, 'top_p', 1);
  if (body.stream === true) throw badRequest('The simulator does not stream.', 'stream');
  if (n < 1) throw badRequest(`n must be at least 1, got ${n}.`, 'n');
  if (temperature < 0) throw badRequest(`temperature must be non-negative, got ${temperature}.`, 'temperature');
  if (temperature > 2) throw badRequest(`temperature must be in [0, 2], got ${temperature}.`, 'temperature');
  if (topP <= 0 || topP > 1) throw badRequest(`top_p must be in (0, 1], got ${topP}.`, 'top_p');
  if (n > 1 && temperature === 0) throw badRequest(`n must be 1 when using greedy sampling, got ${n}.`, 'n');
  return { n, seed, temperature, topP, stop: stopField(body), keepStop: body.include_stop_str_in_output === true };
}
