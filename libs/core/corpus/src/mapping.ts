/** The shape that a job's mapping makes: what it names is taken from there, all else as the record itself says it. */
import { type Chosen, chooseShape, generalShape, isMapped } from './choose.ts';
import { type FieldMapping, fieldAt, fieldNames, isGiven } from './field.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import type { Gold, Part, Shape } from './shape.ts';
import { hasForm, type ResponseForm, responseForms } from './shapes/general.ts';
import { suggestion } from './suggest.ts';

/** The shape of a record, with what the job says of it. */
export function shapeOf(record: object, mapping: FieldMapping): Chosen | Problem {
  const chosen = isMapped(mapping) ? mappedShape(record, mapping) : chooseShape(record);
  if (isProblem(chosen) || Object.keys(mapping).length === 0) return chosen;
  const { shape } = chosen;
  const gold = goldOf(mapping, shape);
  const { system, history, tools, id } = mapping;
  const before: Part[] = [
    ...(system === undefined ? [] : [{ kind: 'system', at: system } as const]),
    ...(tools === undefined ? [] : [{ kind: 'tools', at: tools } as const]),
    ...(history === undefined ? [] : [{ kind: 'turns', at: history } as const]),
  ];
  return {
    record: chosen.record,
    shape: { ...shape, gold, prompt: [...before, ...shape.prompt], ...(id === undefined ? {} : { id }) },
  };
}

function mappedShape(record: object, mapping: FieldMapping): Chosen | Problem {
  const form = formOf(record, mapping);
  if (isProblem(form)) return form;
  const missing = form.columns.filter((path) => !isGiven(record, path));
  if (missing.length > 0) {
    return problem(
      'missing-response',
      `no ${missing.join(', ')}${missing.length < form.columns.length ? ' beside the other response' : ''}; ${fieldNames(record)}. Correct spec.corpus.fields. ${suggestion(record)}`,
    );
  }
  if (!hasForm(record, form)) return problem('bad-response', `${form.name} is not a list of responses`);
  const { prompt } = mapping;
  if (prompt === undefined) return { record, shape: generalShape(record, form) };
  const paths = typeof prompt === 'string' ? [prompt] : prompt;
  const absent = paths.find((path) => !isGiven(record, path));
  // One part of several may be missing in a record, the only one may not.
  if (absent !== undefined && paths.every((path) => !isGiven(record, path))) {
    return problem(
      'missing-prompt',
      `no prompt: looked for ${paths.join(', ')}; ${fieldNames(record)}. Correct spec.corpus.fields. ${suggestion(record)}`,
    );
  }
  const shape: Shape = {
    name: `${paths.join(' + ')} + ${form.name}`,
    source: '',
    columns: [...paths, ...form.columns],
    prompt: promptParts(record, paths),
    responses: form.responses,
    gold: form.golds[0] ?? { kind: 'none' },
  };
  return { record, shape };
}

/** Several texts are parts of one turn; conversations follow each other. */
function promptParts(record: object, paths: readonly string[]): readonly Part[] {
  const areTexts = paths.every((path) => typeof (fieldAt(record, path) ?? '') === 'string');
  if (paths.length > 1 && areTexts) return [{ kind: 'text', of: paths.map((at) => ({ at })) }];
  return paths.map((at) => ({ kind: 'turns', at }));
}

function formOf(record: object, { responses, chosen, rejected }: FieldMapping): ResponseForm | Problem {
  const golds = [{ kind: 'letters', at: 'label' }] as const;
  if (typeof responses === 'string')
    return { name: responses, columns: [responses], responses: { kind: 'list', at: responses }, golds };
  if (responses !== undefined)
    return { name: responses.join('/'), columns: responses, responses: { kind: 'columns', at: responses }, golds };
  if (chosen !== undefined || rejected !== undefined) {
    const [better, worse] = [chosen ?? 'chosen', rejected ?? 'rejected'];
    return {
      name: `${better}/${worse}`,
      columns: [better, worse],
      responses: { kind: 'sides', better, worse },
      golds: [{ kind: 'sides' }],
    };
  }
  const found = chooseShape(record);
  if (isProblem(found)) return found;
  const form = responseForms.find(({ responses: at }) => at === found.shape.responses);
  return form ?? { name: found.shape.name, columns: [], responses: found.shape.responses, golds: [found.shape.gold] };
}

/** The job's own rule for the gold label, if it has one. */
function goldOf({ label, winner, ratings, sign }: FieldMapping, shape: Shape): Gold {
  if (label === null) return { kind: 'none' };
  if (winner !== undefined) return { kind: 'one-hot', at: [winner.a, winner.b], tie: winner.tie ?? null };
  if (ratings !== undefined) return { kind: 'ratings', at: ratings, best: 'highest' };
  if (sign !== undefined) return { kind: 'scale', at: sign, middle: 0 };
  if (typeof label === 'string') return { kind: 'letters', at: label };
  if (label !== undefined) return { kind: 'values', at: label.field, values: label.values };
  return shape.gold;
}
