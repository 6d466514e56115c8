/**
 * The generated files. Pages of docs/: job-file.md and profile-file.md from the schemas of the two files and the built-in profiles,
 * cli.md from what `proofmill --help` says. And the definition of the custom resource, from the schema of the job file.
 *
 *   node scripts/reference.ts            writes them
 *   node scripts/reference.ts --check    fails when one is not what would be written
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodes, jobSchema, type Profile, profileSchema, samplingSchema } from '@proofmill/contract';
import { crdFiles, type JsonSchema } from './crd/index.ts';

const root = join(import.meta.dirname, '..');
const notice = '<!-- Made by scripts/reference.ts. Change the source and run it again; edits here are lost. -->';

interface Field {
  readonly path: string;
  readonly type: string;
  readonly standard: string;
  readonly meaning: string;
}

const code = (text: string): string => `\`${text}\``;
const json = (value: unknown): string => JSON.stringify(value) ?? '';

/** Bounds that say nothing: the largest whole number that JSON carries exactly. */
const isEndless = (bound: number): boolean => Math.abs(bound) >= Number.MAX_SAFE_INTEGER;

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const parts = [
    ...(minimum !== undefined && !isEndless(minimum) ? [`>= ${minimum}`] : []),
    ...(exclusiveMinimum !== undefined ? [`> ${exclusiveMinimum}`] : []),
    ...(maximum !== undefined && !isEndless(maximum) ? [`<= ${maximum}`] : []),
    ...(exclusiveMaximum !== undefined ? [`< ${exclusiveMaximum}`] : []),
  ];
  return parts.length > 0 ? ` ${parts.join(', ')}` : '';
}

function typeOf(node: JsonSchema): string {
  if (node.const !== undefined) return `always ${code(String(node.const))}`;
  if (node.enum) return node.enum.map((value) => code(String(value))).join(' or ');
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return choices.map(typeOf).join(', or ');
  if (node.type === 'array') {
    const least = node.minItems ?? 0;
    return `list of ${node.items ? typeOf(node.items) : 'values'}${least > 0 ? `, ${least} at least` : ''}`;
  }
  if (node.type === 'integer') return `whole number${rangeOf(node)}`;
  if (node.type === 'number') return `number${rangeOf(node)}`;
  if (node.type === 'string') return node.pattern ? `text, ${code(node.pattern)}` : 'text';
  return [node.type ?? 'value'].flat().join(' or ');
}

/** A field of `sampling` without a description of its own means what it means in a profile. */
function descriptionOf(node: JsonSchema, path: string): string {
  if (node.description) return node.description;
  const inside = node.anyOf?.find((one) => one.description)?.description;
  if (inside) return inside;
  const sampling = samplingSchema.toJSONSchema({ io: 'input' }) as JsonSchema;
  const [, name] = /sampling[.](\w+)$/.exec(path) ?? [];
  return (name && sampling.properties?.[name]?.description) || '';
}

function fieldsOf(node: JsonSchema, path: string, isRequired: boolean): Field[] {
  const meaning = descriptionOf(node, path);
  if (node.properties) {
    const inner = Object.entries(node.properties).flatMap(([name, child]) =>
      fieldsOf(child, path === '' ? name : `${path}.${name}`, node.required?.includes(name) ?? false),
    );
    return meaning === '' ? inner : [{ path, type: 'group', standard: '', meaning }, ...inner];
  }
  const standard = node.default !== undefined ? code(json(node.default)) : isRequired ? 'required' : '';
  return [{ path, type: typeOf(node), standard, meaning }];
}

/** Text of a schema as Markdown; outside of code a star would begin emphasis, and a tag would be one. */
const prose = (text: string): string =>
  text.includes('`') ? text : text.replaceAll('*', '\\*').replaceAll('<', '&lt;');

/** Text as a cell of a table. */
const cell = (text: string): string => prose(text.replaceAll('|', '\\|').replaceAll('\n', ' '));

const table = (fields: readonly Field[]): string =>
  [
    '| field | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...fields.map(
      ({ path, type, standard, meaning }) =>
        `|${[code(path), type, standard, meaning].map((text) => (text === '' ? ' ' : ` ${cell(text)} `)).join('|')}|`,
    ),
  ].join('\n');

function jobFilePage(): string {
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
    '[examples/demo.yaml](../examples/demo.yaml) is a whole one with comments.',
    '',
    'A field without a default and not marked as required is left out where it is not needed. A job that was begun may be run again',
    'with another `fleet`, other `limits` and another `engine.baseUrl`; any other change is refused with the difference, because the',
    'output folder then holds the labels of another job.',
    '',
    '## Job',
    '',
    table(head),
    '',
    '## Stages',
    '',
    '`spec.pipeline` is a list: a stage that labels, or one that proves (the labels that the corpus has), or both in this order. Stage',
    'names must differ. `proofmill run` and `proofmill preview` need `engine.baseUrl`, or the flag `--engine`; a worker that is started',
    'by hand is told by its own flag.',
    ...stages.flatMap((stage) => {
      const kind = String(stage.properties?.stage?.const ?? '');
      return ['', `### ${code(`stage: ${kind}`)}`, '', table(fieldsOf(stage, '', true))];
    }),
    '',
  ].join('\n');
}

/** A profile's messages and its parse rule are one of several forms: a table each. */
function profileFilePage(): string {
  const schema = profileSchema.toJSONSchema({ io: 'input' }) as JsonSchema;
  const { messages, parse, ...rest } = schema.properties ?? {};
  const forms = messages?.items?.anyOf ?? [];
  const rules = parse?.oneOf ?? parse?.anyOf ?? [];
  const isTemplate = (form: JsonSchema): boolean => form.properties?.role !== undefined;
  const profiles = JSON.parse(outputOf(['profiles', '--json'])) as Profile[];
  return [
    notice,
    '',
    '# Judge profiles',
    '',
    'A profile says, as data, how one family of judge is asked and how its answers are read. The built-in ones are YAML files in',
    '`libs/core/judge/profiles/`; one of your own is a file like them, named in the job by its path (`judge: ./my-judge.yaml`). How to',
    'write one: [judging.md](judging.md). `proofmill profiles NAME` prints a built-in one, `proofmill profiles test FILE` runs its',
    'examples, and with `--engine URL` asks a real engine.',
    '',
    '## Built-in profiles',
    '',
    "A prompt that is somebody else's is not part of Proofmill. Take the text from where the profile says, and name its place in the job:",
    '`prompts: { NAME: PATH or URL }`. A text with another sha256 is refused.',
    '',
    profilesTable(profiles),
    '',
    '## Fields',
    '',
    table(fieldsOf({ ...schema, properties: rest }, '', true)),
    '',
    '## Messages',
    '',
    `${messages?.description ?? ''} Each entry is one of these:`,
    ...forms.flatMap((form) => [
      '',
      isTemplate(form) ? 'A text of the profile, or of somebody else:' : "The item's own turns:",
      '',
      table(fieldsOf(form, '', true)),
    ]),
    '',
    '## Parse rules',
    '',
    'The rules are a closed set. A profile chooses one and gives it its words; it never brings code.',
    ...rules.flatMap((rule) => {
      const { rule: name, ...fields } = rule.properties ?? {};
      const own = fieldsOf({ ...rule, properties: fields }, '', true);
      return [
        '',
        `### ${code(`rule: ${String(name?.const ?? '')}`)}`,
        '',
        prose(name?.description ?? ''),
        ...(own.length > 0 ? ['', table(own)] : []),
      ];
    }),
    '',
  ].join('\n');
}

function profilesTable(profiles: readonly Profile[]): string {
  const promptOf = ({ messages }: Profile): string => {
    const theirs = messages.flatMap((message) => ('upstream' in message && message.upstream ? [message.upstream] : []));
    if (theirs.length === 0) return 'here';
    return theirs.map(({ file, licence, where }) => `${code(file)} (${licence}): ${where}`).join('<br>');
  };
  return [
    '| profile | for | answers | votes | prompt | what it is |',
    '| --- | --- | --- | --- | --- | --- |',
    ...profiles.map((profile) => {
      const { name, version, purpose, parse, votes, description } = profile;
      const votesOf = votes.max === undefined ? '' : `${votes.max}, ${votes.orders ?? 'alternate'}`;
      const cells = [code(`${name}@${version}`), purpose, code(parse.rule), votesOf, promptOf(profile), description];
      return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
    }),
  ].join('\n');
}

const required = (job: JsonSchema): Pick<JsonSchema, 'required'> => {
  const names = job.properties?.spec?.required;
  return names ? { required: names } : {};
};

/** What the command prints, at a width that does not depend on a terminal. */
function outputOf(words: readonly string[]): string {
  const main = join(root, 'services/cli/src/main.ts');
  const environment = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: environment,
  });
  if (status !== 0) throw new Error(`proofmill ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trimEnd();
}

/** The names under "Commands:". */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n((?: .*\n?)+)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\S+)/gm)].flatMap(([, name]) => (name && name !== 'help' ? [name] : []));
}

function commandLinePage(): string {
  const top = outputOf(['--help']);
  const block = (text: string): string[] => ['```text', text, '```'];
  return [
    notice,
    '',
    '# The command line',
    '',
    'In a checkout the command is `npx proofmill`. Every command that reads a job takes the same flags for it; a flag wins over the',
    'file, and a path in a flag starts at the working directory, not at the job file.',
    '',
    ...block(top),
    '',
    `Exit codes in the code base: ${Object.entries(exitCodes)
      .map(([name, number]) => `${number} ${code(name)}`)
      .join(', ')}; 130 after Ctrl-C.`,
    ...commandsIn(top).flatMap((name) => {
      const help = outputOf(['help', name]);
      const nested = commandsIn(help).flatMap((inner) => ['', ...block(outputOf([name, inner, '--help']))]);
      return ['', `## proofmill ${name}`, '', ...block(help), ...nested];
    }),
    '',
  ].join('\n');
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const pages = {
  'docs/job-file.md': jobFilePage(),
  'docs/profile-file.md': profileFilePage(),
  'docs/cli.md': commandLinePage(),
  ...crdFiles(),
};
const different: string[] = [];
for (const [path, content] of Object.entries(pages)) {
  const file = join(root, path);
  if (!values.check) writeFileSync(file, content);
  else if (!sameAs(file, content)) different.push(path);
}
if (different.length > 0) {
  console.error(`not what scripts/reference.ts writes: ${different.join(', ')}. Run: npx node scripts/reference.ts`);
  process.exitCode = 1;
}

function sameAs(file: string, content: string): boolean {
  try {
    return readFileSync(file, 'utf8') === content;
  } catch {
    return false;
  }
}
