import { mutantsOf } from '../mutant.ts';

const decisions = { file: 'libs/core/kubernetes/src/decide/scoring-job.test.ts' };
const outputs = { file: 'libs/core/kubernetes/src/decide/output-holders.test.ts' };
const operator = { file: 'libs/flow/kubernetes/src/operator/operate.test.ts' };
const driver = (only: string) => ({ file: 'libs/flow/kubernetes/src/driver/supervise-fleet.test.ts', only });
const decide = 'libs/core/kubernetes/src/decide/scoring-job.ts';

export const scoringJobs = mutantsOf('scoring-jobs', [
  {
    name: 'unknown-default-recreates-driver',
    breaks: 'A default that a newer definition adds restarts all running drivers.',
    file: 'libs/flow/kubernetes/src/job-difference.ts',
    from: 'return existing === null || driverDigest(existing) !== driverDigest(job);',
    to: 'return true;',
    suite: { file: 'libs/flow/kubernetes/src/job-difference.test.ts' },
  },
  {
    name: 'unknown-phase-loses-status',
    breaks: 'A field of a status that means nothing to this version costs the whole status.',
    file: 'libs/core/kubernetes/src/observed/read-status.ts',
    from: 'if (wrong.length === 0) return null;',
    to: 'return null;',
    suite: decisions,
  },
  {
    name: 'conditions-of-others-are-dropped',
    breaks: 'A condition that a newer operator has written is lost.',
    file: 'libs/core/kubernetes/src/status/conditions.ts',
    from: 'return [...own, ...others];',
    to: 'return own;',
    suite: decisions,
  },
  {
    name: 'finalizer-stays',
    breaks: 'The finalizer of former versions keeps ScoringJobs, and their namespace, for ever.',
    file: decide,
    from: 'actions: [...withoutFinalizer(parts.resource), ...decision.actions]',
    to: 'actions: decision.actions',
    suite: decisions,
  },
  {
    name: 'driver-meets-earlier-pods',
    breaks: 'A job that is submitted again starts beside the pods of the earlier one.',
    file: decide,
    from: 'if (left !== null) return waiting(parts, wanted, left, at);',
    to: '',
    suite: operator,
  },
  {
    name: 'namespace-keeps-its-jobs',
    breaks: 'A namespace that is deleted waits for ever for pods that wait for their replacement.',
    file: 'libs/flow/kubernetes/src/operator/namespace-end.ts',
    from: "await kubernetes.remove(refOf(job), 'background');",
    to: '{}',
    suite: operator,
  },
  {
    name: 'begun-job-loses-its-output',
    breaks: 'A job that has begun is refused for an older one with the same output.',
    file: 'libs/core/kubernetes/src/decide/output-holders.ts',
    from: 'if (other !== undefined && !claim.hasBegun) {',
    to: 'if (other !== undefined) {',
    suite: outputs,
  },
  {
    name: 'outputs-compared-as-texts',
    breaks: 'Two jobs write to one folder that they spell in two ways.',
    file: 'libs/core/kubernetes/src/decide/output-holders.ts',
    from: 'place: placeOf(uri), createdAt, hasBegun',
    to: 'place: uri, createdAt, hasBegun',
    suite: outputs,
  },
  {
    name: 'deadline-starts-again-with-its-driver',
    breaks: 'A job whose driver is recreated has its whole deadline again.',
    file: 'libs/core/kubernetes/src/objects/driver-deadline.ts',
    from: 'left(spec.activeDeadlineSeconds, used?.seconds ?? 0)',
    to: 'left(spec.activeDeadlineSeconds, 0)',
    suite: decisions,
  },
  {
    name: 'deadline-leaves-the-fleet',
    breaks: 'A job that is over its deadline keeps its GPUs.',
    file: 'libs/flow/kubernetes/src/driver/end-driver.ts',
    from: '  if (isOverDeadline) {',
    to: '  if (false) {',
    suite: driver('a driver that is stopped at its deadline'),
  },
  {
    name: 'changed-job-is-deleted',
    breaks: 'A finished job is deleted in another version than the one whose time has come.',
    file: decide,
    from: "how: 'background', of: resource }",
    to: "how: 'background' }",
    suite: decisions,
  },
  {
    name: 'old-end-stays',
    breaks: 'A job that starts again is shown as ended, and may be deleted.',
    file: 'libs/flow/kubernetes/src/operator/reconcile-job.ts',
    from: '{ startTime: null, completionTime: null, ...status },',
    to: 'status,',
    suite: operator,
  },
  {
    name: 'ready-engine-is-forgotten',
    breaks: 'A job whose engines worked for days is ended when they crash.',
    file: 'libs/flow/kubernetes/src/driver/engine-bound.ts',
    from: 'if (hasStarted) {',
    to: 'if (false) {',
    suite: driver('engines that do not start'),
  },
  {
    name: 'events-flood',
    breaks: 'A job that goes back and forth fills the namespace with events.',
    file: 'libs/flow/kubernetes/src/operator/event-recorder.ts',
    from: 'if (before && clock.now() - before.atMs < pauseMs) {',
    to: 'if (false) {',
    suite: { file: 'libs/flow/kubernetes/src/operator/event-recorder.test.ts' },
  },
]);
