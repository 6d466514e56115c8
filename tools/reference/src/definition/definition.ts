/** The CustomResourceDefinition of a ScoringJob, made from the schema of the job file and that of its status. */
import { jobSchema, jobStatusSchema, scoringJobs } from '@proofmill/contract';
import type { JsonSchema } from '../json-schema.ts';
import {
  corpusRule,
  engineArgumentRule,
  most,
  nameRule,
  pipelineRules,
  plantedRule,
  unchanging,
  unchangingStageRules,
  workersRule,
} from './rules.ts';
import { structuralOf } from './structural.ts';
import type { Structural } from './structural-schema.ts';

const [group = '', version = ''] = scoringJobs.apiVersion.split('/');

export function scoringJobDefinition(): { readonly spec: object; readonly [field: string]: unknown } {
  const { kind, plural } = scoringJobs;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: { 'app.kubernetes.io/name': 'proofmill' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames: ['sj'] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: jobStructure() },
          subresources: { status: {}, scale },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

/** What `kubectl scale`, HorizontalPodAutoscalers and KEDA use. Reading it needs the number, so the field has a default. */
const scale = {
  specReplicasPath: '.spec.workers',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};

const columns = [
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Done', type: 'integer', jsonPath: '.status.done' },
  { name: 'Total', type: 'integer', jsonPath: '.status.total' },
  { name: 'Failed', type: 'integer', jsonPath: '.status.failed' },
  { name: 'Rate', type: 'string', jsonPath: '.status.rate' },
  { name: 'ETA', type: 'string', jsonPath: '.status.eta' },
  { name: 'Workers', type: 'string', jsonPath: '.status.workers' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Stage', type: 'string', jsonPath: '.status.stage', priority: 1 },
  { name: 'Output', type: 'string', jsonPath: '.status.output', priority: 1 },
  { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
];

function jobStructure(): Structural {
  const job = jobSchema.toJSONSchema({ io: 'input' }) as JsonSchema;
  const { metadata, spec } = job.properties ?? {};
  return {
    type: 'object',
    description: 'A job of Proofmill: which preference data is labelled, by which judge, and where the labels go.',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: specStructure(spec ?? {}),
      status: statusStructure(),
    },
    required: ['spec'],
    'x-kubernetes-validations': [nameRule(metadata?.properties?.name?.pattern ?? '')],
  };
}

function specStructure(schema: JsonSchema): Structural {
  const spec = structuralOf(schema);
  const { corpus, output, pipeline, workers } = spec.properties ?? {};
  const stage = pipeline?.items;
  const engineArgs = stage?.properties?.fleet?.properties?.engineArgs;
  if (!corpus || !output || !pipeline || !workers || !stage || !engineArgs?.items)
    throw new Error('the job has other fields now');
  spec['x-kubernetes-validations'] = [plantedRule];
  corpus['x-kubernetes-validations'] = [corpusRule, unchanging('corpus')];
  output['x-kubernetes-validations'] = [unchanging('output')];
  workers['x-kubernetes-validations'] = [workersRule];
  boundTexts(stage);
  pipeline.maxItems = most.stages;
  pipeline['x-kubernetes-validations'] = [
    ...pipelineRules,
    ...unchangingStageRules(schema.properties?.pipeline?.items?.oneOf ?? []),
  ];
  engineArgs.maxItems = most.engineArguments;
  engineArgs.items.maxLength = most.argumentCharacters;
  engineArgs.items['x-kubernetes-validations'] = [engineArgumentRule];
  return spec;
}

/** Bounds the texts of a stage, which the rules compare. */
function boundTexts(schema: Structural): void {
  if (schema.type === 'string' && !schema.enum) schema.maxLength ??= most.nameCharacters;
  for (const [name, field] of Object.entries(schema.properties ?? {})) if (name !== 'fleet') boundTexts(field);
}

/**
 * No field of the status is required, so that an operator of one version can write to the definition of another version. A null
 * inside a list counts as absent: the API server drops it.
 */
function statusStructure(): Structural {
  const status = withoutRequired(structuralOf(jobStatusSchema.toJSONSchema({ io: 'input' }) as JsonSchema));
  const { conditions } = status.properties ?? {};
  if (!conditions?.items) throw new Error('the status has other fields now');
  // The key of the list.
  conditions.items.required = ['type'];
  conditions['x-kubernetes-list-type'] = 'map';
  conditions['x-kubernetes-list-map-keys'] = ['type'];
  return { ...status, description: 'How far the job is, as its driver says. The operator alone writes it.' };
}

function withoutRequired({ required: _required, ...schema }: Structural): Structural {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => [name, withoutRequired(field)]),
          ),
        }
      : {}),
    ...(items ? { items: withoutRequired(items) } : {}),
  };
}
