import { mutantsOf } from '../mutant.ts';

const nats = (role: string) => ({
  file: 'test/integration/src/nats-permissions.test.ts',
  only: `what a ${role} must not do`,
});
const users = 'charts/proofmill/files/users.conf';
const rbac = 'charts/proofmill/templates/rbac.yaml';
const chart = { file: 'test/charts/src/chart.test.ts' };
const definition = 'charts/proofmill/templates/crds.yaml';
const definitionSuite = { file: 'test/charts/src/definition.test.ts' };

export const permissions = mutantsOf('permissions', [
  {
    name: 'worker-deletes-streams',
    breaks: 'A worker that was taken over deletes the tasks of all jobs.',
    file: users,
    from: '"pm.*.outcomes.*"',
    to: '"pm.*.outcomes.*" "$JS.API.STREAM.DELETE.*"',
    suite: nats('worker'),
  },
  {
    name: 'worker-listens-to-all',
    breaks: 'A worker reads the tasks and outcomes of all jobs.',
    file: users,
    from: 'subscribe: { allow: ["_INBOX_worker.>", "pm.*.done"] }',
    to: 'subscribe: { allow: [">"] }',
    suite: nats('worker'),
  },
  {
    name: 'collector-takes-tasks',
    breaks: 'A collector acknowledges the tasks of workers.',
    file: users,
    from: '"$JS.API.CONSUMER.INFO.*.workers"\n          "$JS.ACK.*.workers.>"',
    to: '"$JS.API.CONSUMER.INFO.*.workers"',
    suite: nats('collector'),
  },
  {
    name: 'coordinator-writes-outcomes',
    breaks: 'A coordinator publishes outcomes.',
    file: users,
    from: '"pm.*.tasks.>"',
    to: '"pm.>"',
    suite: nats('coordinator'),
  },
  {
    name: 'operator-reads-secrets',
    breaks: 'The operator reads every Secret of its namespace.',
    file: rbac,
    from: '  - { apiGroups: [proofmill.dev], resources: [scoringjobs/status], verbs: [patch] }',
    to: '  - { apiGroups: [proofmill.dev], resources: [scoringjobs/status], verbs: [patch] }\n  - { apiGroups: [""], resources: [secrets], verbs: [get] }',
    suite: chart,
  },
  {
    name: 'driver-touches-jobs-of-others',
    breaks: 'The driver changes the ScoringJobs of users.',
    file: rbac,
    from: "  # Lets the driver's Job own the Jobs of its stages, in clusters that check this.",
    to: '  - { apiGroups: [proofmill.dev], resources: [scoringjobs], verbs: [patch] }',
    suite: { file: 'test/charts/src/kustomize.test.ts' },
  },
  {
    name: 'readers-submit',
    breaks: 'Whoever may read in a namespace may submit jobs, with images of their choice.',
    file: definition,
    from: 'merge (dict "roles" (list "edit" "admin")) $parts',
    to: 'merge (dict "roles" (list "view" "edit" "admin")) $parts',
    suite: definitionSuite,
  },
  {
    name: 'users-write-the-status',
    breaks: 'A user who may submit jobs also writes their status.',
    file: definition,
    from: 'resources: [scoringjobs/scale], verbs: [update, patch]',
    to: 'resources: [scoringjobs/scale, scoringjobs/status], verbs: [update, patch]',
    suite: definitionSuite,
  },
  {
    name: 'definition-goes-with-a-release',
    breaks: 'Uninstalling one release deletes the ScoringJobs of the whole cluster.',
    file: 'charts/proofmill/templates/_helpers.tpl',
    from: '{{- if .root.Values.crds.keep }}\nannotations:\n  helm.sh/resource-policy: keep',
    to: '{{- if .root.Values.crds.keep }}\nannotations:\n  helm.sh/resource-policy: delete',
    suite: definitionSuite,
  },
  {
    name: 'pods-have-a-token',
    breaks: 'The pods of workers, beside an engine that reads what strangers wrote, get a token of the API server.',
    file: 'libs/core/kubernetes/src/objects/pods.ts',
    from: 'automountServiceAccountToken: parts.token ?? false,',
    to: 'automountServiceAccountToken: parts.token ?? true,',
    suite: { file: 'libs/core/kubernetes/src/objects/workers.test.ts' },
  },
  {
    name: 'everybody-coordinates',
    breaks: 'The pod of each role gets the credentials of the coordinator.',
    file: 'libs/core/kubernetes/src/objects/nats-access.ts',
    from: 'items: [{ key, path }]',
    to: "items: [{ key: key.replace(/^\\w+(?=.creds)/, 'coordinator'), path }]",
    suite: { file: 'libs/core/kubernetes/src/objects/nats-access.test.ts' },
  },
  {
    name: 'busy-is-refused',
    breaks: 'Credentials that reach a busy server too late count as refused, and the job fails.',
    file: 'libs/io/jetstream/src/errors.ts',
    from: '/authentication timeout/i.test(error.message)',
    to: 'false',
    suite: { file: 'libs/io/jetstream/src/errors.test.ts' },
  },
]);
