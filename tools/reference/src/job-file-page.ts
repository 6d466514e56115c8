import { jobSchema } from '@proofmill/contract';
import { code, fieldsOf, table } from './fields.ts';
import type { JsonSchema } from './json-schema.ts';
import { notice } from './notice.ts';

/** docs/job-file.md, from the schema of the job file. */
export function jobFilePage(): string {
  const job = jobSchema.toJSONSchema({ io: 'input' }) as JsonSchema;
  const { pipeline, ...rest } = job.properties?.spec?.properties ?? {};
  const head = fieldsOf(
    { ...job, properties: { ...job.properties, spec: { properties: rest, ...required(job) } } },
    '',
    true,
  );
  const stages = pipeline?.items?.oneOf ?? [];
  return [
    notice,
    '',
    '# The job file',
    '',
    'One YAML file says what is judged, by which model, and where the result goes. `proofmill plan JOB` reads one and says what it',
    'would do; a field that is not known, mistyped or out of range is refused with its line, before any engine is asked.',
    '[examples/demo.yaml](../examples/demo.yaml) is a complete one with comments, and the [glossary](glossary.md) explains the words.',
    '',
    'A field without a default and not marked as required is left out where it is not needed. A job that was begun may be run again',
    'with another `fleet`, other `limits` and an engine at another address, with another key; any other change is refused with the',
    'difference, because the output folder then holds the labels of another job. [keys.md](keys.md) is about engines that want a key,',
    '[corpora.md](corpora.md) about records: which are read as they are, and how to map others.',
    'A job file has at most 1 MiB in UTF-8, 64 levels, 100 aliases and 100,000 values, with the aliases in full. So have profiles.',
    '',
    '## Job',
    '',
    table(head),
    '',
    '## Stages',
    '',
    '`spec.pipeline` is a list: a stage that labels, or one that proves (the labels that the corpus has), or both in this order. Stage',
    'names must differ. `proofmill run` and `proofmill preview` need `engine.baseUrl`, or the flag `--engine`; a worker started',
    'by hand gets it by its own flag.',
    ...stages.flatMap((stage) => {
      const kind = String(stage.properties?.stage?.const ?? '');
      return ['', `### ${code(`stage: ${kind}`)}`, '', table(fieldsOf(stage, '', true))];
    }),
    '',
  ].join('\n');
}

const required = (job: JsonSchema): Pick<JsonSchema, 'required'> => {
  const names = job.properties?.spec?.required;
  return names ? { required: names } : {};
};
