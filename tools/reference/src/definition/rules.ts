/** What the schema of a ScoringJob cannot express, as rules for the API server (CEL). */
import type { JsonSchema } from '../json-schema.ts';
import { celText } from './structural.ts';
import type { Rule } from './structural-schema.ts';

/**
 * Bounds that the job file does not have: the server rejects a rule that could be expensive on the largest object that it allows.
 * A pipeline has two stages at most, one that labels and one that proves; with room for more, the rules can say so in a sentence.
 */
export const most = { stages: 4, engineArguments: 128, argumentCharacters: 1024, nameCharacters: 512 } as const;

const changed =
  'the output folder holds the labels of the job as it was: submit another job, with another name and output';

const nameOf = (stage: string): string => `(has(${stage}.name) ? ${stage}.name : ${stage}.stage)`;

const sameName = `${nameOf('stage')} == ${nameOf('old')}`;

export const nameRule = (pattern: string): Rule => ({
  rule: `self.metadata.name.matches(${celText(pattern)})`,
  message: 'metadata.name must be lower-case letters, digits and dashes, 63 at most',
});

const workersOf = '(has(stage.fleet) && has(stage.fleet.workers) ? stage.fleet.workers : 1)';

export const pipelineRules: readonly Rule[] = [
  {
    rule: 'self.all(stage, !has(stage.engine.baseUrl) || !has(stage.engine.baseUrls))',
    message: 'engine.baseUrls is given beside engine.baseUrl: put all addresses into baseUrls',
  },
  {
    rule: `self.all(stage, !has(stage.engine.baseUrls) || stage.engine.baseUrls.size() <= ${workersOf})`,
    message:
      'engine.baseUrls names more servers than fleet.workers: each worker asks one, so some would never be asked; set fleet.workers to their number or more',
  },
  {
    rule: `self.all(stage, self.exists_one(other, ${nameOf('stage')} == ${nameOf('other')}))`,
    message: 'stage names must differ',
  },
  {
    rule: "self.filter(stage, stage.stage == 'label').size() == (self.size() > 0 && self[0].stage == 'label' ? 1 : 0)",
    message: 'only the first stage can label',
  },
  {
    rule: "self.filter(stage, stage.stage == 'prove').size() <= 1",
    message: 'there can be one prove stage: a row has one proof',
  },
];

export const corpusRule: Rule = {
  rule: 'has(self.uris) != has(self.path)',
  message: 'name the input files in uris, or the file of a benchmark in path',
};

export const engineArgumentRule: Rule = {
  rule: "!self.matches('^--(uds|host|port)(=|$)')",
  message: 'where the engine listens is for its worker to say: take --uds, --host and --port out',
};

/** Whoever scales to 0 wants no workers, and would get as many as the stages have of their own. */
export const workersRule: Rule = {
  rule: 'self > 0 || oldSelf == 0',
  message:
    'workers cannot go back to 0, which stands for the widths of the stages: give a number; to stop all workers, set spec.suspend to true',
};

/** For a part of the job that, as a whole, decides the labels or where they go. */
export const unchanging = (what: string): Rule => ({
  rule: 'self == oldSelf',
  message: `${what} cannot change: ${changed}`,
});

const plants = (spec: string): string =>
  `(has(${spec}.health) && has(${spec}.health.planted) && ${spec}.health.planted)`;

/** `health` may be absent, so that the rule is one of the whole spec. */
export const plantedRule: Rule = {
  rule: `${plants('self')} == ${plants('oldSelf')}`,
  message: `health.planted cannot change: ${changed}`,
};

/** Fields of a stage that change no label: those that a run's identity leaves out. */
const free = ['fleet', 'prompts', 'baseUrl', 'baseUrls', 'apiKey', 'headers', 'caFile', 'rate', 'price'];

/**
 * One rule for each field of a stage that decides its labels: the field cannot change, and an absent field counts as its default.
 * A pipeline has one stage of a kind, so the kind identifies the stage. Rules cannot see fields without a type; the operator, which
 * compares digests, refuses changes in those.
 */
export function unchangingStageRules(stages: readonly JsonSchema[]): Rule[] {
  const rules = new Map<string, Rule>();
  for (const stage of stages) {
    const { stage: _stage, name: _name, ...properties } = stage.properties ?? {};
    for (const leaf of leavesOf({ ...stage, properties })) {
      const path = leaf.path.join('.');
      rules.set(path, {
        rule: unchangedIf(`${celValue('stage', leaf)} == ${celValue('old', leaf)}`),
        message: `${path} of a stage cannot change: ${changed}`,
      });
    }
  }
  return [
    {
      rule: `self.size() == oldSelf.size() && self.all(stage, oldSelf.exists(old, old.stage == stage.stage && ${sameName}))`,
      message: `the stages and their names cannot change: ${changed}`,
    },
    ...rules.values(),
  ];
}

/** Ignores stages that were added or removed, which another rule refuses. */
const unchangedIf = (same: string): string => `self.all(stage, oldSelf.all(old, old.stage != stage.stage || ${same}))`;

interface Leaf {
  readonly path: readonly string[];
  /** How many of the path's last names may be absent, counted from the first optional one. */
  readonly optional: number;
  readonly type: JsonSchema['type'];
  readonly standard: unknown;
}

function leavesOf(schema: JsonSchema, path: readonly string[] = [], optional = 0): Leaf[] {
  if (!schema.properties) {
    return schema.anyOf ? [] : [{ path, optional, type: schema.type, standard: schema.default }];
  }
  return Object.entries(schema.properties)
    .filter(([name]) => !free.includes(name))
    .flatMap(([name, field]) => {
      const isOptional = optional > 0 || !schema.required?.includes(name);
      return leavesOf(field, [...path, name], isOptional ? optional + 1 : 0);
    });
}

/**
 * The value of a field as CEL. `.?` would be shorter, but the server knows no bound for a text that is read so, and rejects the
 * rule as too expensive.
 */
function celValue(stage: string, { path, optional, type, standard }: Leaf): string {
  const whole = `${stage}.${path.join('.')}`;
  if (optional === 0) return whole;
  if (type === 'string') {
    const steps = Array.from({ length: optional }, (_, index) => path.slice(0, path.length - optional + 1 + index));
    const isPresent = steps.map((names) => `has(${stage}.${names.join('.')})`).join(' && ');
    return `(${isPresent} ? ${whole} : ${JSON.stringify(standard ?? '')})`;
  }
  const read = `${stage}.${path
    .slice(0, path.length - optional)
    .concat('')
    .join('.')}?${path.slice(path.length - optional).join('.?')}`;
  if (standard === undefined) return read;
  // A `number` is a double in CEL, where `1` is an integer.
  return `${read}.orValue(${type === 'number' ? `double(${JSON.stringify(standard)})` : JSON.stringify(standard)})`;
}
