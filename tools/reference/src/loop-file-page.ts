import { trainingLoopSchema } from '@proofmill/contract';
import { code, fieldsOf, table } from './fields.ts';
import type { JsonSchema } from './json-schema.ts';
import { notice } from './notice.ts';

/** docs/loop-file.md, from the schema of the loop file. Stages and corpora are those of job files and are described there. */
export function loopFilePage(): string {
  const loop = trainingLoopSchema.toJSONSchema({ io: 'input' }) as JsonSchema;
  const { judge, train, evaluations } = loop.properties?.spec?.properties ?? {};
  const part = (title: string, sentence: string, schema: JsonSchema | undefined): string[] => {
    const { description: _description, ...rest } = schema ?? {};
    return ['', `## ${title}`, '', sentence, '', table(fieldsOf(withoutParts(rest, ofJobFiles), '', true))];
  };
  return [
    notice,
    '',
    '# The loop file',
    '',
    'One YAML file says what the rounds of a training loop label, how they train and what a new judge has to reach.',
    '[examples/loops/gram-r2.yaml](../examples/loops/gram-r2.yaml) is a complete file with comments. Corpora, stages and engines have the',
    'fields of a [job file](job-file.md), and relative paths start at the folder of the loop file.',
    '',
    'A loop that was begun may be run again with more `rounds`, another `gate`, engines at other addresses or with other keys, and other commands for',
    'the trainings to come. Any other change is refused with the difference: the folder then holds the rounds of another loop.',
    '',
    table(fieldsOf(withoutParts(loop, new Set([...ofJobFiles, 'engine', 'train', 'evaluations'])), '', true)),
    ...part('Engines', `${code('spec.judge.engine')} and ${code('spec.prover.engine')}.`, judge?.properties?.engine),
    ...part('Trainers', `Every field that is called ${code('train')}.`, train),
    ...part('Evaluations', `Each entry of ${code('spec.evaluations')}.`, evaluations?.items),
    '',
  ].join('\n');
}

/** Fields whose parts docs/job-file.md has. */
const ofJobFiles: ReadonlySet<string> = new Set([
  'corpus',
  'stage',
  'apiKey',
  'headers',
  'caFile',
  'rate',
  'price',
  'votes',
  'resources',
  'pod',
]);

function withoutParts(schema: JsonSchema, names: ReadonlySet<string>): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]): [string, JsonSchema] => {
    if (!names.has(name)) return [name, withoutParts(field, names)];
    return [name, { type: name === 'evaluations' ? 'list' : 'group', description: field.description ?? '' }];
  });
  return schema.properties ? { ...schema, properties: Object.fromEntries(properties) } : schema;
}
