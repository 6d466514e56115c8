/** ScoringJobs, what exists of them, and what is decided, for tests. */
import {
  type JobStatus,
  type KubernetesObject,
  kubernetesAnnotations,
  kubernetesSettingsSchema,
  sha256,
} from '@proofmill/contract';
import {
  decide,
  type Installation,
  type JobChange,
  readScoringJob,
  type ScoringJobParts,
  type WantedJob,
} from '../index.ts';

export const at = '2026-01-01T00:00:00Z';
export const installation: Installation = {
  settings: kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } }),
  settingsConfigMap: 'settings',
  namespace: 'here',
};

export type Fields = Record<string, unknown>;

export function resourceOf(spec: Fields = {}, metadata: Fields = {}, status?: Partial<JobStatus>): KubernetesObject {
  return {
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'one', uid: 'uid-1', generation: 1, ...metadata },
    spec: {
      corpus: { uris: ['s3://b/pairs.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
      output: { uri: 's3://b/out' },
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

export function wantedOf(
  resource: KubernetesObject,
  { difference = null, change = 'none' }: { difference?: string | null; change?: JobChange } = {},
): WantedJob {
  const read = readScoringJob(resource);
  if ('problem' in read) throw new Error(read.problem);
  return { ...read, jobDigest: 'd', difference, change };
}

export const said = (status: Partial<JobStatus>): JobStatus => ({
  ...{ phase: 'Running', message: 'labelling', stage: 'label', done: 5, total: 10, failed: 0, recordsPerSecond: 2 },
  ...{ rate: '2/s', etaSeconds: 3, eta: '3s', workers: '2/2', stages: [], output: 's3://b/out', conditions: [] },
  ...status,
});

export interface JobFields {
  readonly status?: Fields;
  readonly suspend?: boolean;
  readonly annotation?: Partial<JobStatus>;
  readonly metadata?: Fields;
  /** Of the file that it follows; null for one of an earlier version. Default: of its file. */
  readonly taken?: string | null;
}

export function driverOf(
  resource: KubernetesObject,
  { status = {}, suspend = false, annotation, metadata, taken }: JobFields = {},
) {
  const file = sha256(wantedOf(resource).jobYaml);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'one-driver',
      ownerReferences: [{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one', uid: 'uid-1' }],
      annotations: {
        [kubernetesAnnotations.jobFile]: file,
        ...(taken === null ? {} : { [kubernetesAnnotations.jobFileTaken]: taken ?? file }),
        ...(annotation ? { [kubernetesAnnotations.status]: JSON.stringify(said(annotation)) } : {}),
      },
      ...metadata,
    },
    spec: { suspend },
    status,
  } satisfies KubernetesObject;
}

export const stageJob = (name: string, suspend: boolean, labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, labels },
  spec: { suspend },
});

export const podOf = (component: string, status: Fields = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { 'app.kubernetes.io/component': component } },
  status,
});

export function decided(
  resource: KubernetesObject,
  parts: Partial<ScoringJobParts> = {},
  than: Parameters<typeof wantedOf>[1] = {},
) {
  const whole = { resource, driver: null, stages: [], pods: [], ...parts };
  const decision = decide(whole, wantedOf(resource, than), installation, at);
  const actions = decision.actions.map((action) => {
    if (action.do === 'apply') return `apply ${action.object.kind} ${action.object.metadata.name}`;
    if (action.do === 'remove') return `remove ${action.ref.name} ${action.how}`;
    return `patch ${action.ref.name} ${JSON.stringify(action.change)}`;
  });
  return { ...decision, actions };
}

export const endedAt = '2026-01-01T00:00:30Z';
export const ended = (type: string, message = ''): Fields => ({
  conditions: [{ type, status: 'True', message, lastTransitionTime: endedAt }],
});
export const conditionOf = (status: JobStatus | null, type: string) =>
  status?.conditions.find((condition) => condition.type === type);
