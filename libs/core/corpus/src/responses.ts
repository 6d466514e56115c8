import type { Message } from '@proofmill/contract';
import { type FieldMapping, fieldAt, fieldNames, isGiven } from './field.ts';
import { readResponse } from './messages.ts';
import { isProblem, type Problem, problem } from './problem.ts';

/** Where a record has its responses. `gold` is the better one where the names of the fields say so. */
interface Form {
  readonly name: string;
  readonly fields: readonly string[];
  readonly gold: number | null;
}

const list = (field: string): Form => ({ name: field, fields: [field], gold: null });
const pair = (one: string, other: string, gold: number | null): Form => ({
  name: `${one}/${other}`,
  fields: [one, other],
  gold,
});

const knownForms: readonly Form[] = [
  list('responses'),
  pair('response_A', 'response_B', null),
  pair('response_a', 'response_b', null),
  pair('chosen', 'rejected', 0),
];

/** The forms to look for: the one of the job's mapping, in the order responses before chosen and rejected, or all known. */
function formsOf({ responses, chosen, rejected }: FieldMapping): readonly Form[] {
  if (typeof responses === 'string') return [list(responses)];
  if (responses !== undefined) return [{ name: responses.join('/'), fields: responses, gold: null }];
  if (chosen !== undefined || rejected !== undefined) return [pair(chosen ?? 'chosen', rejected ?? 'rejected', 0)];
  return knownForms;
}

const isThere = (record: object, { fields }: Form): boolean =>
  fields.every((field) => isGiven(record, field)) &&
  // A record with a count or a name in `responses` may have its responses elsewhere.
  (fields.length > 1 || Array.isArray(fieldAt(record, fields[0] ?? '')));

function noForm(record: object, forms: readonly Form[]): Problem {
  const [only] =
    forms.length === 1 ? forms : forms.filter(({ fields }) => fields.some((field) => isGiven(record, field)));
  const missing = only?.fields.filter((field) => !isGiven(record, field)) ?? [];
  if (only !== undefined && missing.length === 0) {
    return problem('bad-response', `${only.name} is not a list of responses`);
  }
  if (only !== undefined && missing.length < only.fields.length) {
    return problem('missing-response', `no ${missing.join(', ')} beside the other response; ${fieldNames(record)}`);
  }
  const looked = forms.map(({ fields }) => fields.join(' + ')).join(', or ');
  return problem('missing-response', `no responses: looked for ${looked}; ${fieldNames(record)}`);
}

export interface Responses {
  readonly name: string;
  readonly texts: string[];
  /** The conversation that all responses continue, where they come as lists of messages. */
  readonly before: Message[];
  readonly gold: number | null;
}

/** Finds and reads the responses of a record. */
export function readResponses(record: object, mapping: FieldMapping): Responses | Problem {
  const forms = formsOf(mapping);
  const form = forms.find((candidate) => isThere(record, candidate));
  if (form === undefined) return noForm(record, forms);
  const values = form.fields.map((field) => ({ field, value: fieldAt(record, field) }));
  const single = form.fields.length === 1 ? values[0] : undefined;
  const entries =
    single !== undefined && Array.isArray(single.value)
      ? single.value.map((value: unknown, index) => ({ field: `${single.field}[${index}]`, value }))
      : values;
  if (entries.length < 2) {
    return problem('too-few-responses', `${form.name} has ${entries.length} of them; two are the least to compare`);
  }
  const texts: string[] = [];
  let before: readonly Message[] | undefined;
  for (const { field, value } of entries) {
    const response = readResponse(value, field);
    if (isProblem(response)) return response;
    texts.push(response.text);
    before ??= response.before;
    if (JSON.stringify(before) !== JSON.stringify(response.before)) {
      return problem('different-prompts', `${field} continues another conversation than the response before it`);
    }
  }
  return { name: form.name, texts, before: [...(before ?? [])], gold: form.gold };
}
