/** What operator and drivers know of a cluster, and when they look at it. */
import { mutantsOf } from '../mutant.ts';

const cache = 'libs/io/kubernetes/src/object-cache.ts';
const queue = 'libs/flow/kubernetes/src/operator/work-queue.ts';
const training = 'libs/flow/kubernetes/src/loop/run-training-job.ts';
const weights = 'libs/core/kubernetes/src/objects/weights-script.ts';
const weightsSuite = { file: 'test/charts/src/weights-script.test.ts' };

export const cluster = mutantsOf('cluster', [
  {
    name: 'late-answer-revives-an-object',
    breaks: 'An object that is gone comes back into memory with the late answer to a call of ours.',
    file: cache,
    from: "if (this.#version !== '' && isLater(versionOf(object), this.#version))",
    to: "if (this.#version !== '')",
    suite: { file: 'libs/io/kubernetes/src/object-cache.test.ts' },
  },
  {
    name: 'early-event-undoes-our-change',
    breaks: 'An event of an earlier version takes back what our own call has written.',
    file: cache,
    from: 'else if (known === undefined || !isLater(versionOf(known), versionOf(object)))',
    to: 'else',
    suite: { file: 'libs/io/kubernetes/src/object-cache.test.ts' },
  },
  {
    name: 'watch-begins-now',
    breaks: 'Changes between a watch and the next one are missed.',
    file: 'libs/io/kubernetes/src/follow.ts',
    from: 'resourceVersion: cache.version,',
    to: '',
    suite: { file: 'libs/io/kubernetes/src/observe.test.ts' },
  },
  {
    name: 'one-job-by-two-workers',
    breaks: 'Two workers of the operator change the objects of one job at a time.',
    file: queue,
    from: 'if (underWay.has(name)) {',
    to: "if (underWay.has(name) && name === '') {",
    suite: { file: 'libs/flow/kubernetes/src/operator/work-queue.test.ts' },
  },
  {
    name: 'events-of-suspended-jobs',
    breaks: 'Events are listed for every suspended job.',
    file: 'libs/core/kubernetes/src/observed/unexplained.ts',
    from: 'if (end !== null || isGoing || isFailing || isSuspended) return false;',
    to: 'if (end !== null || isGoing || isFailing) return false;',
    suite: { file: 'libs/flow/kubernetes/src/driver/pod-events.test.ts' },
  },
  {
    name: 'planning-hears-no-stop',
    breaks: 'A driver that is asked to stop plans its shard to the end, and is killed.',
    file: 'libs/flow/coordinate/src/write-plan.ts',
    from: 'next: () => (stop.aborted ? Promise.reject(stopped) : records.next()),',
    to: 'next: () => records.next(),',
    suite: { file: 'libs/flow/coordinate/src/write-plan.test.ts' },
  },
  {
    name: 'two-trainers-in-one-folder',
    breaks: 'A training begins while the pod of an earlier one still writes its weights.',
    file: training,
    from: '.filter(isAlive);',
    to: '.filter((pod) => isAlive(pod) && isRunning(job));',
    suite: { file: 'libs/flow/kubernetes/src/loop/run-training-job.test.ts' },
  },
  {
    name: 'failed-training-is-final-for-ever',
    breaks: 'A loop that is run again takes the failure of the training that the one before has tried.',
    file: training,
    from: "(state.end === 'failed' && !isSameOwner(existing, job))",
    to: "(state.end === 'failed' && existing === job)",
    suite: { file: 'libs/flow/kubernetes/src/loop/run-training-job.test.ts' },
  },
  {
    name: 'trainer-writes-other-rounds',
    breaks: 'A trainer may change the folder of its loop: labels, sets and weights of other rounds.',
    file: 'libs/core/kubernetes/src/objects/trainer.ts',
    from: 'mountPath: root, readOnly: true }',
    to: 'mountPath: root }',
    suite: { file: 'libs/core/kubernetes/src/objects/trainer.test.ts' },
  },
  {
    name: 'engines-serve-the-first-weights',
    breaks: 'Engines of a round serve the weights of the loop file, not those that the round before has trained.',
    file: 'libs/core/rounds/src/on-cluster.ts',
    from: 'if (weights === null || hasAddress(placed.engine)) return placed;',
    to: 'if (weights !== undefined) return placed;',
    suite: { file: 'libs/core/rounds/src/on-cluster.test.ts' },
  },
  {
    name: 'weights-whole-by-the-word-of-hf',
    breaks: 'Half of a model is marked as complete, where the hub was away after a kill.',
    file: weights,
    from: 'if process.returncode == 0 and not left:',
    to: 'if process.returncode == 0:',
    suite: weightsSuite,
  },
  {
    name: 'weights-of-two-commits',
    breaks: 'After a kill the rest of the files is of another commit.',
    file: weights,
    from: 'of_commit = commit and model(commit)',
    to: 'of_commit = None',
    suite: weightsSuite,
  },
  {
    name: 'token-for-any-host',
    breaks: 'The token of Hugging Face goes to whatever host the hub leads to.',
    file: weights,
    from: 'if parse.urlsplit(address)[:2] != parse.urlsplit(asked.full_url)[:2]:',
    to: 'if False:',
    suite: weightsSuite,
  },
  {
    name: 'engine-has-the-account',
    breaks: 'An engine has the ServiceAccount that the object store knows, as its weights come from there.',
    file: 'libs/core/kubernetes/src/objects/store-weights.ts',
    from: 'if (settings.store.serviceAccount !== undefined)',
    to: "if (settings.store.serviceAccount === '')",
    suite: { file: 'libs/core/kubernetes/src/objects/store-weights.test.ts' },
  },
]);
