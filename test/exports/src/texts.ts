interface Message {
  readonly role: string;
  readonly content: string;
}

type Value = string | Message | readonly Message[];

const pair = ['prompt', 'chosen', 'rejected'];

/** The columns of the prompt and of the answers, by the trainers whose own code prepares a row here. One column of messages has both. */
const columns: Readonly<Record<string, readonly string[]>> = {
  'openrlhf preference': pair,
  'openrlhf scalar': pair,
  'openrlhf reasoning': ['input', 'output'],
  'axolotl preference': ['messages', 'chosen', 'rejected'],
  'axolotl scalar': ['input', 'chosen', 'rejected'],
  'axolotl reasoning': ['messages'],
  'verl preference': ['prompt'],
  'verl reasoning': ['messages'],
};

/** The last words of the prompt and the answers of a row of a set, or nothing where no code of its trainer prepares it. */
export function textsOf(set: string, row: Readonly<Record<string, Value>>): readonly string[] | undefined {
  const names = columns[set];
  const { messages } = row;
  if (names?.length === 1 && Array.isArray(messages)) return messages.slice(-2).map(textOf);
  return names?.map((name) => textOf(row[name] ?? ''));
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  return 'content' in value ? value.content : (value.at(-1)?.content ?? '');
}
