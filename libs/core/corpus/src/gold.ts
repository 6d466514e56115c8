/** Reads gold labels: which responses the corpus calls the best. */
import { fieldAt, quoted, written } from './field.ts';
import { type Problem, problem } from './problem.ts';
import type { Gold, Verdict } from './shape.ts';

/** The indexes of the best responses: none without a label, several where they are equally good. */
export type Best = readonly number[];

const leave = 'To leave labels out, set spec.corpus.fields.label to null';

const notUsable = (field: string, reason: string): Problem => problem('bad-label', `${field} ${reason}. ${leave}`);

const shown = (label: unknown): string =>
  label !== null && typeof label === 'object' ? 'a list or object' : String(JSON.stringify(label)).slice(0, 40);

const everyOne = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const bestOf = (verdict: Verdict, responses: number): Best =>
  verdict === 'none' ? [] : verdict === 'tie' ? everyOne(responses) : [verdict];

/** What a record says of its responses. `better` are those that the names of the columns call better. */
export function readGold(record: object, gold: Gold, responses: number, better: Best): Best | Problem {
  switch (gold.kind) {
    case 'none':
      return [];
    case 'sides':
      return readLetters(fieldAt(record, 'label'), 'label', responses, better);
    case 'letters':
      return readLetters(fieldAt(record, gold.at), gold.at, responses, better);
    case 'index':
      return readIndex(record, gold, responses);
    case 'values':
      return readValues(record, gold, responses);
    case 'one-hot':
      return readOneHot(record, gold, responses);
    case 'ratings':
      return readRatings(record, gold, responses);
    case 'scale':
      return readScale(record, gold, responses);
    default:
      return gold satisfies never;
  }
}

/** The verdict of a letter: A, B, ..; A>B, B>A (also >>); A=B, TIE. Undefined: it is none of these. */
function letterVerdict(label: unknown): Verdict | undefined {
  if (typeof label !== 'string') return undefined;
  const text = label.trim().toUpperCase();
  if (/^[A-Z]$/.test(text)) return text.charCodeAt(0) - 65;
  if (/^A>>?B$/.test(text)) return 0;
  if (/^B>>?A$/.test(text)) return 1;
  return text === 'A=B' || text === 'TIE' ? 'tie' : undefined;
}

function readLetters(label: unknown, field: string, responses: number, better: Best): Best | Problem {
  if (label === undefined || label === null) return better;
  const verdict = letterVerdict(label);
  if (better.length > 0) {
    // What a number means beside chosen and rejected is not known, and the names say enough.
    if (verdict === undefined || (typeof verdict === 'number' && better.includes(verdict))) return better;
    return notUsable(field, 'contradicts the names of the fields, which say which response was chosen');
  }
  if (verdict === undefined && isPlain(label)) {
    return notUsable(
      field,
      `is ${shown(label)}, and nothing says which response that means. Say it in the job: spec.corpus.fields: { label: { field: ${written(field)}, values: ${exampleValues(label)} } }, where 0 is the first response, 1 the second, and tie and none are possible too`,
    );
  }
  if (verdict === undefined || (typeof verdict === 'number' && verdict >= responses))
    return notUsable(field, `is ${shown(label)}, which names none of ${responses} responses`);
  return bestOf(verdict, responses);
}

const isPlain = (label: unknown): boolean => ['number', 'boolean', 'string'].includes(typeof label);

/** Values to correct, ready to paste. */
function exampleValues(label: unknown): string {
  if (typeof label === 'boolean') return '{ true: 0, false: 1 }';
  if (label === 1 || label === 2 || label === '1' || label === '2') return '{ 1: 0, 2: 1 }';
  if (label === 0 || label === '0') return '{ 0: 0, 1: 1 }';
  return `{ ${JSON.stringify(String(label).slice(0, 40))}: 0, .. }`;
}

function readIndex(record: object, { at, tied }: Extract<Gold, { kind: 'index' }>, responses: number): Best | Problem {
  const index = fieldAt(record, at) ?? null;
  const several = fieldAt(record, tied);
  const best = index === null ? (Array.isArray(several) ? several : []) : [index];
  const isIndex = (one: unknown): one is number => Number.isInteger(one) && Number(one) >= 0 && Number(one) < responses;
  return best.every(isIndex) ? best : notUsable(at, `names none of ${responses} responses`);
}

function readValues(
  record: object,
  { at, values }: Extract<Gold, { kind: 'values' }>,
  responses: number,
): Best | Problem {
  const label = fieldAt(record, at) ?? null;
  if (label === null) return [];
  const text = isPlain(label) ? String(label).trim() : '';
  const name = Object.keys(values).find((known) => known.trim().toLowerCase() === text.toLowerCase());
  const verdict = name === undefined ? undefined : values[name];
  if (verdict === undefined) {
    const known = Object.keys(values).map(quoted).join(', ');
    return notUsable(at, `is ${shown(label)}, and the values with a meaning are ${known}`);
  }
  if (typeof verdict === 'number' && verdict >= responses)
    return notUsable(at, `is ${shown(label)}, which means response ${verdict}; the record has ${responses}`);
  return bestOf(verdict, responses);
}

function readOneHot(
  record: object,
  { at, tie }: Extract<Gold, { kind: 'one-hot' }>,
  responses: number,
): Best | Problem {
  const columns = tie === null ? at : [...at, tie];
  const values = columns.map((column) => fieldAt(record, column) ?? null);
  if (values.every((value) => value === null)) return [];
  const chosen = columns.filter((_, index) => ['1', 'true', '1.0'].includes(String(values[index]).toLowerCase()));
  const isOne = values.every((value) =>
    ['0', '1', 'true', 'false', '0.0', '1.0', 'null'].includes(String(value).toLowerCase()),
  );
  const [only] = chosen;
  if (!isOne || chosen.length !== 1 || only === undefined) {
    return notUsable(
      columns.join(', '),
      `should hold 1 in one of them and 0 in the others; they hold ${values.map(shown).join(', ')}`,
    );
  }
  const index = at.indexOf(only);
  return bestOf(index < 0 ? 'tie' : index, responses);
}

const numberOf = (value: unknown): number | null => {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' && value.trim() !== '') return numberOf(Number(value));
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

function readRatings(
  record: object,
  { at, best }: Extract<Gold, { kind: 'ratings' }>,
  responses: number,
): Best | Problem {
  const field = typeof at === 'string' ? at : at.join(', ');
  const list = typeof at === 'string' ? fieldAt(record, at) : at.map((path) => fieldAt(record, path));
  if ((list ?? null) === null) return [];
  if (!Array.isArray(list) || list.length !== responses) {
    const count = Array.isArray(list) ? `${list.length} ratings` : 'no list';
    return notUsable(field, `should hold a rating for each of ${responses} responses; it is ${count}`);
  }
  const given = list.filter((rating) => !isNotRated(rating));
  // Without all ratings nobody knows which one is the best.
  if (given.length < responses) return [];
  const ratings = given.map(numberOf);
  const wrong = ratings.indexOf(null);
  if (wrong >= 0) return notUsable(field, `holds ${shown(given[wrong])}, which is no number`);
  const numbers = ratings as number[];
  const top = best === 'highest' ? Math.max(...numbers) : Math.min(...numbers);
  return [...numbers.keys()].filter((index) => numbers[index] === top);
}

const isNotRated = (rating: unknown): boolean =>
  rating === null ||
  rating === undefined ||
  (typeof rating === 'string' && ['', 'n/a', 'none', 'nan'].includes(rating.trim().toLowerCase()));

function readScale(record: object, gold: Extract<Gold, { kind: 'scale' }>, responses: number): Best | Problem {
  const { at, middle, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = gold;
  const value = fieldAt(record, at) ?? null;
  if (value === null) return [];
  if (responses !== 2) return notUsable(at, `compares two responses; the record has ${responses}`);
  const number = typeof value === 'boolean' ? null : numberOf(value);
  if (number !== null && number === gold.tie) return [0, 1];
  if (number === null || number < from || number > to) {
    const range = Number.isFinite(from) ? ` from ${from} to ${to}` : '';
    return notUsable(at, `is ${shown(value)}, which is no number${range}`);
  }
  return number === middle ? [0, 1] : [number < middle ? 0 : 1];
}

/** How a gold label is read, for a person. */
export function goldText(gold: Gold): string {
  switch (gold.kind) {
    case 'none':
      return 'none';
    case 'sides':
      return 'the first response, by the names of the columns';
    case 'letters':
      return `${gold.at === 'framed.verdict' ? 'the verdict at the end of output' : gold.at}: A, B, .. or A>B, B>A, tie`;
    case 'index':
      return `${gold.at}, the index of the better response; ${gold.tied} where several are equally good`;
    case 'values':
      return `${gold.at}: ${Object.entries(gold.values)
        .map(([value, verdict]) => `${value} is ${verdictText(verdict)}`)
        .join(', ')}`;
    case 'one-hot':
      return `the one of ${[...gold.at, ...(gold.tie === null ? [] : [gold.tie])].join(', ')} that holds 1${gold.tie === null ? '' : `; ${gold.tie} is a tie`}`;
    case 'ratings':
      return `${typeof gold.at === 'string' ? gold.at : gold.at.join(', ')}: the ${gold.best} wins, equal ones tie`;
    case 'scale':
      return `${gold.at}: below ${gold.middle} the first response, above it the second, ${gold.middle} is a tie`;
    default:
      return gold satisfies never;
  }
}

const verdictText = (verdict: Verdict): string =>
  typeof verdict !== 'number' ? (verdict === 'tie' ? 'a tie' : 'no label') : `response ${verdict}`;

/** The columns that a gold label is read from. */
export function goldPaths(gold: Gold): readonly string[] {
  if (gold.kind === 'none' || gold.kind === 'sides') return [];
  if (gold.kind === 'one-hot') return gold.tie === null ? gold.at : [...gold.at, gold.tie];
  if (gold.kind === 'index') return [gold.at, gold.tied];
  return typeof gold.at === 'string' ? [gold.at] : gold.at;
}
