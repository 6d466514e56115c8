/**
 * Which shape a record has. A data set that is known is recognised by the columns of its card; the one with the most specific set of
 * columns wins, and where two sets are each no part of the other, the record is refused: order in a table decides nothing. Any other
 * record needs columns with the usual names, and one form of responses only.
 */
import { isFields } from './conversation/content.ts';
import { type FieldMapping, fieldAt, fieldNames, isEveryGiven, isGiven } from './field.ts';
import { unframed } from './frame.ts';
import { goldPaths } from './gold.ts';
import { knownShapes, pairlessShapes } from './known-shapes.ts';
import { type Problem, problem } from './problem.ts';
import { type Gold, pathsOfResponses, type Shape } from './shape.ts';
import { goldsIn, hasForm, implicitPrompt, promptForms, type ResponseForm, responseForms } from './shapes/general.ts';
import { hasTwoAlike, suggestion } from './suggest.ts';

/** A shape, and the record as it reads it. */
export interface Chosen {
  readonly shape: Shape;
  readonly record: object;
}

const all = ({ columns, labels = [] }: Shape): readonly string[] => [...columns, ...labels];

/**
 * The known shapes by one of their columns, of which a record has to have every one: by the column that the fewest shapes have. So a record is
 * compared with a few shapes and not with all.
 */
const shapesByColumn: ReadonlyMap<string, readonly Shape[]> = Map.groupBy(knownShapes, (shape) => {
  const sharedBy = (column: string): number => knownShapes.filter((other) => all(other).includes(column)).length;
  return all(shape).reduce((rarest, column) => (sharedBy(column) < sharedBy(rarest) ? column : rarest));
});

const isPart = (one: Shape, other: Shape): boolean =>
  all(one).length < all(other).length && all(one).every((column) => all(other).includes(column));

/** The shape of a record that the job says nothing of. */
export function chooseShape(record: object): Chosen | Problem {
  const known = knownShape(record);
  if (known) return known;
  const forms = responseForms.filter((form) => hasForm(record, form));
  if (forms.length > 1) return ambiguous(record, forms);
  const [form] = forms;
  if (!form) return noForm(record);
  const golds = goldsIn(record, form.golds);
  if (golds.length > 1) return twoLabels(golds);
  return { shape: generalShape(record, form), record };
}

/** The most specific of the known shapes that fit; undefined where none does. */
function knownShape(record: object): Chosen | Problem | undefined {
  const fitting: Chosen[] = [];
  for (const name of Object.keys(record)) {
    for (const shape of shapesByColumn.get(name) ?? []) {
      const fitted = fit(record, shape);
      if (fitted) fitting.push(fitted);
    }
  }
  if (fitting.length < 2) return fitting[0];
  const specific = fitting.filter(({ shape }) => !fitting.some((other) => isPart(shape, other.shape)));
  if (specific.length < 2) return specific[0];
  const readings = knownShapes.filter((shape) => specific.some((one) => one.shape === shape));
  return ambiguous(
    record,
    readings.map(({ name, responses }) => ({ name, columns: pathsOfResponses(responses) })),
  );
}

function fit(record: object, shape: Shape): Chosen | undefined {
  const { columns, labels = [], frame } = shape;
  if (!labels.every((column) => Object.hasOwn(record, column))) return undefined;
  if (!columns.every((column) => isEveryGiven(record, column))) return undefined;
  if (shape.responses.kind === 'list' && !hasForm(record, { columns: [], responses: shape.responses }))
    return undefined;
  const read = frame ? unframed(record, frame) : record;
  return read && { shape, record: read };
}

/** The first prompt column that a record has, with a form of responses. */
export function generalShape(record: object, form: ResponseForm): Shape {
  const areAnswers = form.columns.every(
    (column) => typeof fieldAt(record, column) === 'string' || isMessage(fieldAt(record, column)),
  );
  const prompt =
    promptForms.find(
      ({ column, needsAnswers }) =>
        column !== null &&
        isGiven(record, column) &&
        (!needsAnswers || (areAnswers && Array.isArray(fieldAt(record, column)))),
    ) ?? implicitPrompt;
  return {
    name: `${prompt.name} + ${form.name}`,
    source: '',
    columns: [...(prompt.column === null ? [] : [prompt.column]), ...form.columns],
    prompt: prompt.parts,
    responses: form.responses,
    gold: goldsIn(record, form.golds)[0] ?? form.golds[0] ?? { kind: 'none' },
  };
}

const isMessage = (value: unknown): boolean => isFields(value) && ('role' in value || 'from' in value);

const twoLabels = (golds: readonly Gold[]): Problem =>
  problem(
    'ambiguous-record',
    `it has two gold labels, ${golds.flatMap(goldPaths).join(' and ')}. Say in spec.corpus.fields which one counts: label: ${goldPaths(golds[0] as Gold)[0]}, ratings: ${goldPaths(golds[1] as Gold)[0]}, or label: null`,
  );

function ambiguous(
  record: object,
  readings: readonly { readonly name: string; readonly columns: readonly string[] }[],
): Problem {
  const names = readings.map(({ name }) => name).join(', or as ');
  const columns = [...new Set(readings.flatMap((reading) => reading.columns))];
  return problem(
    'ambiguous-record',
    `it can be read as ${names}. Say in spec.corpus.fields which columns count, and name the others in leaveOut. ${suggestion(record, columns)}`,
  );
}

/** Nothing in a record is known as responses. */
function noForm(record: object): Problem {
  const pairless = pairlessShapes.find(({ columns }) => columns.every((column) => Object.hasOwn(record, column)));
  if (pairless && !hasTwoAlike(record)) return problem('no-pair', pairless.noPair);
  const begun = responseForms.find(({ columns }) => columns.some((column) => isGiven(record, column)));
  const missing = begun?.columns.filter((column) => !isGiven(record, column)) ?? [];
  const pasted = suggestion(record);
  if (begun && missing.length === 0) return problem('bad-response', `${begun.name} is not a list of responses`);
  if (begun) {
    return problem(
      'missing-response',
      `no ${missing.join(', ')} beside the other response; ${fieldNames(record)}. Name them in spec.corpus.fields. ${pasted}`,
    );
  }
  const looked = responseForms.map(({ columns }) => columns.join(' + ')).join(', or ');
  return problem(
    'missing-response',
    `no responses: looked for ${looked}; ${fieldNames(record)}. Name them in spec.corpus.fields. ${pasted}`,
  );
}

/** Whether the job names columns of the conversation or of the responses. */
export const isMapped = ({ prompt, responses, chosen, rejected }: FieldMapping): boolean =>
  [prompt, responses, chosen, rejected].some((path) => path !== undefined);
