/** A mapping that would fit a record, ready to paste: made from the names of its columns, for a person to check. */
import { isFields } from './conversation/content.ts';
import { fieldAt, written } from './field.ts';

const promptNames = /prompt|question|query|instruction|context|conversation|messages|problem|task|post|input|history/i;
const responseNames = /^(?:text|content|value|body|answer|response|output|completion|generation)$/i;
const labelNames = /label|winner|prefer|choice|chosen|better|best|gold|verdict|vote|pick|select/i;

/** Whether the name of a column suggests a gold label. */
export const looksLikeLabel = (name: string): boolean => labelNames.test(name);
const systemNames = /^system|persona/i;

/** Names of two columns that differ in one place only, as the first and the second response. */
const pairs: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /chosen|preferred|good|better|winning|winner|accepted|positive|pos/i,
    ['rejected', 'dispreferred', 'bad', 'worse', 'losing', 'loser', 'rejected', 'negative', 'neg'],
  ],
  [/(?<![a-z])a(?![a-z])|(?<=[a-z_])A(?![a-z])/, ['b', 'B']],
  [/1/, ['2']],
  [/0/, ['1']],
  [/first/i, ['second']],
  [/left/i, ['right']],
];

/** Columns beyond these are not looked at: a record may have any number of them. */
const mostColumns = 64;
const mostCharacters = 40;
const mostParts = 3;

const isText = (value: unknown): boolean => typeof value === 'string' || (Array.isArray(value) && value.length > 0);

/**
 * `fields: { prompt: query, responses: [answer_a, answer_b], label: { field: winner, values: { .. } } }`. Empty where nothing fits.
 * Of the columns that are `rivals`, those that it does not use are left out.
 */
export function suggestion(record: object, rivals: readonly string[] = []): string {
  const names = namesOfTexts(record);
  const responses = responsesAmong(record, names);
  const used: string[] = responses?.names ?? [];
  const free = names.filter((name) => !used.includes(name));
  const system = free.find((name) => systemNames.test(name));
  const others = free.filter((name) => name !== system);
  const conversation = others.filter((name) => isConversation(fieldAt(record, name))).slice(0, 1);
  const named =
    conversation.length > 0 ? conversation : others.filter((name) => promptNames.test(name)).slice(0, mostParts);
  const prompt = named.length > 0 ? named : others.filter((name) => isLong(record, name)).slice(0, 1);
  if (!responses && prompt.length === 0) return '';
  const label = Object.keys(record)
    .slice(0, mostColumns)
    .find((name) => !used.includes(name) && name.length <= mostCharacters && labelNames.test(name));
  const parts = [
    ...(system === undefined ? [] : [`system: ${written(system)}`]),
    promptText(prompt),
    responses?.text ?? 'responses: [FIRST_COLUMN, SECOND_COLUMN]',
    ...(label === undefined || responses?.saysWhich ? [] : [labelText(label, fieldAt(record, label))]),
  ];
  const unused = rivals.filter((name) => ![...used, ...prompt].includes(name) && names.includes(name));
  if (unused.length > 0) parts.push(`leaveOut: [${unused.map(written).join(', ')}]`);
  return `An example for spec.corpus, to check: fields: { ${parts.join(', ')} }`;
}

/** Whether two of its columns are named as the first and the second response are: `answer_1` and `answer_2`. */
export const hasTwoAlike = (record: object): boolean =>
  responsesAmong(record, namesOfTexts(record))?.names.length === 2;

const namesOfTexts = (record: object): string[] =>
  Object.keys(record)
    .slice(0, mostColumns)
    .filter((name) => name.length <= mostCharacters && isText(fieldAt(record, name)));

const isConversation = (value: unknown): boolean =>
  Array.isArray(value) && isFields(value[0]) && ('role' in value[0] || 'from' in value[0]);

const isLong = (record: object, name: string): boolean => /\s/.test(String(fieldAt(record, name)));

function promptText(columns: readonly string[]): string {
  const [only = 'PROMPT_COLUMN', ...more] = columns;
  return more.length === 0 ? `prompt: ${written(only)}` : `prompt: [${columns.map(written).join(', ')}]`;
}

interface Responses {
  readonly names: string[];
  readonly text: string;
  readonly saysWhich: boolean;
}

function responsesAmong(record: object, names: readonly string[]): Responses | undefined {
  for (const [index, [mark, others]] of pairs.entries()) {
    for (const name of names) {
      const other = names.find(
        (candidate) => candidate !== name && others.some((word) => candidate === name.replace(mark, word)),
      );
      if (other === undefined || !mark.test(name)) continue;
      const saysWhich = index === 0;
      const text = saysWhich
        ? `chosen: ${written(name)}, rejected: ${written(other)}`
        : `responses: [${written(name)}, ${written(other)}]`;
      return { names: [name, other], text, saysWhich };
    }
  }
  const list = names.find((name) => Array.isArray(fieldAt(record, name)) && !promptNames.test(name));
  if (list === undefined) return undefined;
  return { names: [list], text: `responses: ${written(list + innerOf(fieldAt(record, list)))}`, saysWhich: false };
}

/** `[*].text`, where the entries of a list are objects with a text: the one that is named as a response is, else the longest. */
function innerOf(list: unknown): string {
  const [first] = list as readonly unknown[];
  if (!isFields(first)) return '';
  const texts = Object.entries(first).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const inside =
    texts.find(([name]) => responseNames.test(name)) ??
    texts.toSorted(([, one], [, other]) => other.length - one.length)[0];
  return inside ? `[*].${inside[0]}` : '';
}

function labelText(name: string, value: unknown): string {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'number')) return `ratings: ${written(name)}`;
  if (typeof value === 'number' && value < 0) return `sign: ${written(name)}`;
  const seen = ['string', 'number', 'boolean'].includes(typeof value) ? JSON.stringify(value).slice(0, 40) : 'VALUE';
  return `label: { field: ${written(name)}, values: { ${seen}: 0, OTHER_VALUE: 1, TIE_VALUE: tie } }`;
}
