import { mutantsOf } from '../mutant.ts';

const deciding = { file: 'libs/core/kubernetes/src/decide/scoring-job.test.ts' };
const supervising = { file: 'libs/flow/kubernetes/src/driver/supervise-fleet.test.ts' };

export const queues = mutantsOf('queues', [
  {
    name: 'operator-resumes-against-kueue',
    breaks: 'The operator resumes a driver that Kueue has suspended, and Kueue suspends it again.',
    file: 'libs/core/kubernetes/src/decide/scoring-job.ts',
    from: 'if (state.isSuspended) return state.pods > 0 ? [] : stageSuspension(stages, true);',
    to: 'if (state.isSuspended) return [setSuspended(driver, false)];',
    suite: deciding,
  },
  {
    name: 'operator-suspends-what-kueue-resumes',
    breaks: 'The operator suspends a driver that Kueue has admitted, and Kueue resumes it.',
    file: 'libs/core/kubernetes/src/decide/scoring-job.ts',
    from: "if (suspend) return removal([driver], 'foreground');",
    to: 'if (suspend) return [setSuspended(driver, true)];',
    suite: deciding,
  },
  {
    name: 'driver-resumes-against-kueue',
    breaks: 'The driver resumes workers that Kueue has put into a queue by itself.',
    file: 'libs/core/kubernetes/src/decide/stage-jobs.ts',
    from: "return isSuspended && !isQueued(existing) ? 'resume' : 'keep';",
    to: "return isSuspended && !isQueued(wanted) ? 'resume' : 'keep';",
    suite: { file: 'libs/core/kubernetes/src/decide/stage-jobs.test.ts' },
  },
  {
    name: 'workers-ride-on-the-driver',
    breaks: 'Kueue counts the workers as a part of the driver, and admits them with it.',
    file: 'libs/core/kubernetes/src/objects/workers.ts',
    from: 'owner: { ...owner, controller: false },',
    to: 'owner,',
    suite: supervising,
  },
  {
    name: 'spare-workers-are-replaced',
    breaks: 'Workers that have left at the end of a stage are created again, to find nothing.',
    file: 'libs/flow/kubernetes/src/driver/stage-jobs.ts',
    from: 'areSpare && workerJobs.includes(wanted)',
    to: 'areSpare && !workerJobs.includes(wanted)',
    suite: supervising,
  },
  {
    name: 'workers-leave-queued-tasks',
    breaks: 'Workers leave while tasks wait for them.',
    file: 'libs/flow/coordinate/src/spare-workers.ts',
    from: 'queued === 0 && waiting > 0',
    to: 'waiting > 0',
    suite: { file: 'libs/flow/coordinate/src/spare-workers.test.ts' },
  },
]);
